// SPDX-License-Identifier: MIT
// napi.h with windows.h before it, whose macros would otherwise meet it halfway.
#pragma once

#include <windows.h>

#include <napi.h>
