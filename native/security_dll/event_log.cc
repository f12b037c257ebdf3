// SPDX-License-Identifier: MIT
#include "security_dll/event_log.h"

#include <algorithm>
#include <array>

#include "security_dll/short_text.h"

namespace rasshost {
namespace {

struct Text {
  EventId id;
  WORD type;
  std::string_view text;
};

constexpr std::array<Text, 8> kTexts{{
    {EventId::kDialogDenied, EVENTLOG_INFORMATION_TYPE, "dialog %1 denied by the policy"},
    {EventId::kDialogError, EVENTLOG_WARNING_TYPE, "dialog %1 ended with error %2"},
    {EventId::kWorkerLost, EVENTLOG_WARNING_TYPE, "worker lost: %1"},
    {EventId::kWorkerThrottled, EVENTLOG_ERROR_TYPE,
     "worker throttled: %1 in a row were lost before their first call, the next start waits %2 ms"},
    {EventId::kPolicyReloaded, EVENTLOG_INFORMATION_TYPE, "policy reloaded"},
    {EventId::kPolicyRefused, EVENTLOG_ERROR_TYPE,
     "policy refused, the policy before it stays in service: %1"},
    {EventId::kSettingPassedOver, EVENTLOG_WARNING_TYPE, "settings: %1 counts as not set: %2"},
    {EventId::kTokenRestricted, EVENTLOG_WARNING_TYPE,
     "WorkerToken is restricted: no security boundary separates the worker from the RAS server"},
}};

const Text& TextOf(EventId id) noexcept {
  return kTexts[static_cast<std::size_t>(id) - static_cast<std::size_t>(EventId::kDialogDenied)];
}

// UTF-16 of a value, as far as it fits; the rest of the array is NUL.
using WideValue = std::array<wchar_t, 1024>;

WideValue Widened(std::string_view value) noexcept {
  WideValue wide{};
  const int most = static_cast<int>(wide.size() - 1);
  // UTF-16 has no more units than UTF-8 has bytes.
  MultiByteToWideChar(CP_UTF8, 0, value.data(), std::min(static_cast<int>(value.size()), most),
                      wide.data(), most);
  // Event Viewer takes % and a digit for the place of another value.
  std::replace(wide.begin(), wide.end(), L'%', L'\uFF05');
  return wide;
}

}  // namespace

void EventLog::Report(const SYSTEMTIME& time, EventId id, std::span<const std::string_view> values,
                      Log& log) noexcept {
  const Text& entry = TextOf(id);
  const ShortText<10> number(static_cast<DWORD>(id));
  std::array<std::string_view, 4 + 2 * kMostValues> parts{"event ", number, " "};
  std::size_t count = 3;
  std::string_view text = entry.text;
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%')) {
    parts[count++] = text.substr(0, at);
    parts[count++] = values[static_cast<std::size_t>(text[at + 1] - '1')];
    text.remove_prefix(at + 2);
  }
  parts[count++] = text;
  log.Write(time, std::span(parts).first(count));

  if (Write(id, entry.type, values)) return;
  // The service that keeps the event log may have been started anew.
  Close();
  Write(id, entry.type, values);
}

bool EventLog::Write(EventId id, WORD type, std::span<const std::string_view> values) noexcept {
  if (source_ == nullptr) source_ = RegisterEventSourceW(nullptr, L"rasshost");
  if (source_ == nullptr) return false;
  std::array<WideValue, kMostValues> wide;
  std::array<const wchar_t*, kMostValues> strings;
  for (std::size_t i = 0; i < values.size(); ++i) {
    wide[i] = Widened(values[i]);
    strings[i] = wide[i].data();
  }
  return ReportEventW(source_, type, 0, static_cast<DWORD>(id), nullptr,
                      static_cast<WORD>(values.size()), 0, strings.data(), nullptr) != FALSE;
}

void EventLog::Close() noexcept {
  if (source_ != nullptr) DeregisterEventSource(source_);
  source_ = nullptr;
}

}  // namespace rasshost
