// SPDX-License-Identifier: MIT
#include "security_dll/event_log.h"

#include <array>
#include <new>
#include <vector>

#include "common/utf.h"

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
     "worker throttled: %1 in a row were of no use, the next start waits %2 ms"},
    {EventId::kPolicyReloaded, EVENTLOG_INFORMATION_TYPE, "policy reloaded"},
    {EventId::kPolicyRefused, EVENTLOG_ERROR_TYPE, "policy refused, the one before stays: %1"},
    {EventId::kSettingPassedOver, EVENTLOG_WARNING_TYPE, "settings: %1 passed over: %2"},
    {EventId::kTokenRestricted, EVENTLOG_WARNING_TYPE,
     "WorkerToken is restricted: the worker runs as the RAS server does, which is no boundary"},
}};

const Text& TextOf(EventId id) noexcept {
  return kTexts[static_cast<std::size_t>(id) - static_cast<std::size_t>(EventId::kDialogDenied)];
}

std::string Filled(std::string_view text, const std::vector<std::string_view>& values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      filled += values[static_cast<std::size_t>(text[++at] - '1')];
    } else {
      filled += text[at];
    }
  }
  return filled;
}

}  // namespace

HANDLE EventLog::Source() noexcept {
  HANDLE source = source_;
  if (source != nullptr) return source;
  const HANDLE registered = RegisterEventSourceW(nullptr, L"rasshost");
  if (source_.compare_exchange_strong(source, registered)) return registered;
  // Another thread has been faster.
  if (registered != nullptr) DeregisterEventSource(registered);
  return source;
}

void EventLog::Report(EventId id, std::initializer_list<std::string_view> values) noexcept {
  const Text& text = TextOf(id);
  try {
    const std::string number = std::to_string(static_cast<DWORD>(id));
    log_.Write({"event ", number, " ", Filled(text.text, values)});
    const HANDLE source = Source();
    if (source == nullptr) return;
    std::vector<std::wstring> wide;
    for (const std::string_view value : values) wide.push_back(ToWide(value));
    std::vector<const wchar_t*> strings;
    for (const std::wstring& value : wide) strings.push_back(value.c_str());
    ReportEventW(source, text.type, 0, static_cast<DWORD>(id), nullptr,
                 static_cast<WORD>(strings.size()), 0, strings.data(), nullptr);
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace rasshost
