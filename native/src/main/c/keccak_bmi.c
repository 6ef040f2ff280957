/* SHA3-256 in C11 compiled for BMI: chi is ANDN and XOR, and RORX keeps what it rotates. */
#define ISA(name) name##_bmi

#include "keccak_lanes64.h"
