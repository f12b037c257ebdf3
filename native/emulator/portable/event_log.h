// SPDX-License-Identifier: MIT
// Event-log entries of the RAS server that concern a security DLL (KB Q117304, Q172512).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/portable/options.h"

namespace rasshost {

enum class LogEvent {
  kAuthFailure,
  kAuthSuccess,
  kCantOpenSecmoduleKey,
  kCantLoadSecdll,
  kSecAuthFailure,
  kSecAuthInternalError,
  kAuthDiffuserFailure,
};

std::string_view LogEventSymbol(LogEvent event) noexcept;

// None where the documentation of that platform gives no number; symbols are the stable part.
std::optional<std::uint32_t> LogEventNumber(LogEvent event, EventNumbers numbers) noexcept;

}  // namespace rasshost
