// SPDX-License-Identifier: MIT
// The test program's main function comes with doctest.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
