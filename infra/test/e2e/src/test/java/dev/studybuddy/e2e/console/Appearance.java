package dev.studybuddy.e2e.console;

/** Names a width in pixels and a colour scheme in which an operator reads the console. */
enum Appearance {
    WIDE_LIGHT(1280, 900, "light"),
    WIDE_DARK(1280, 900, "dark"),
    PHONE_LIGHT(320, 640, "light"),
    PHONE_DARK(320, 640, "dark");

    private final int width;
    private final int height;
    private final String colours;

    Appearance(int width, int height, String colours) {
        this.width = width;
        this.height = height;
        this.colours = colours;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Returns the value of the media feature {@code prefers-color-scheme}. */
    String colours() {
        return colours;
    }

    /** Returns the name of a picture of a section in this appearance. */
    String fileName(String section) {
        return section + "-" + width + "-" + colours + ".png";
    }
}
