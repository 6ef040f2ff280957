package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Permission that is lost, at each place where a store needs one. */
class StorePermissionTest {
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));
    /** Root without the capabilities that let it pass permission bits; others have none to lose. */
    private static final List<String> WITHOUT_PRIVILEGE =
            List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldNameWhatItMayNotTouchAndLoseNothing(final LostPermission.Place place) throws Exception {
        if (IS_ROOT) {
            final List<String> command = new ArrayList<>(WITHOUT_PRIVILEGE);
            final ProcessBuilder child = KilledProcessTest.java(LostPermission.class, place.name(), folder.toString());
            command.addAll(child.command());
            assertEquals(0, child.command(command).start().waitFor());
        } else {
            try (LostPermission lost = new LostPermission(place, folder)) {
                lost.run(place);
            }
        }
    }
}
