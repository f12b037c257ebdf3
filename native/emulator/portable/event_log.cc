// SPDX-License-Identifier: MIT
#include "emulator/portable/event_log.h"

#include <algorithm>
#include <iterator>

namespace rasshost {
namespace {

struct Row {
  LogEvent event;
  std::string_view symbol;
  std::uint32_t nt4;
  std::uint32_t windows2000;  // 0: not documented
};

constexpr Row kRows[] = {
    {LogEvent::kAuthFailure, "RASLOG_AUTH_FAILURE", 20016, 0},
    {LogEvent::kAuthSuccess, "RASLOG_AUTH_SUCCESS", 20017, 0},
    {LogEvent::kCantOpenSecmoduleKey, "RASLOG_CANT_OPEN_SECMODULE_KEY", 20095, 0},
    {LogEvent::kCantLoadSecdll, "RASLOG_CANT_LOAD_SECDLL", 20096, 0},
    {LogEvent::kSecAuthFailure, "RASLOG_SEC_AUTH_FAILURE", 20097, 0},
    {LogEvent::kSecAuthInternalError, "RASLOG_SEC_AUTH_INTERNAL_ERROR", 20098, 0},
    {LogEvent::kAuthDiffuserFailure, "RASLOG_AUTH_DIFFUSER_FAILURE", 20100, 20096},
};

const Row& Find(LogEvent event) noexcept { return *std::ranges::find(kRows, event, &Row::event); }

}  // namespace

std::string_view LogEventSymbol(LogEvent event) noexcept { return Find(event).symbol; }

std::optional<std::uint32_t> LogEventNumber(LogEvent event, EventNumbers numbers) noexcept {
  const Row& row = Find(event);
  if (numbers == EventNumbers::kNt4) return row.nt4;
  if (row.windows2000 == 0) return std::nullopt;
  return row.windows2000;
}

}  // namespace rasshost
