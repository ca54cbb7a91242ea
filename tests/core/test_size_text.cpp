#include <doctest/doctest.h>

#include "engine/core/size_text.h"

using rv::size_text;

TEST_CASE("[size_text] takes the unit in which an amount reads best") {
    CHECK(size_text(0) == "0 bytes");
    CHECK(size_text(1023) == "1023 bytes");
    CHECK(size_text(1024) == "1.0 KiB");
    CHECK(size_text(1280 * 720 * 4) == "3.5 MiB");
    CHECK(size_text(6ull << 30) == "6.0 GiB");
    CHECK(size_text(5000ull << 40) == "5000.0 TiB");
}
