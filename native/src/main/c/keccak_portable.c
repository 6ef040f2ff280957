/* SHA3-256 in C11. */
#define ISA(name) name##_portable

#include "keccak_lanes64.h"
