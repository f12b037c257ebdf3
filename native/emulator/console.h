// SPDX-License-Identifier: MIT
// What the emulator says to whoever has started it. A service has nobody who listens.
#pragma once

#include <string>

namespace rasshost {

void Print(const std::string& text) noexcept;
// One line on standard error.
void Complain(const std::string& text) noexcept;

}  // namespace rasshost
