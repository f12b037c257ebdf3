// SPDX-License-Identifier: MIT
#include "test/foreign/spied_events.h"

#include <span>
#include <string>
#include <vector>

#include "test/foreign/spy_record.h"

namespace rasshost {

namespace {

thread_local bool called_by_server = false;

}  // namespace

CalledByServer::CalledByServer() noexcept { called_by_server = true; }
CalledByServer::~CalledByServer() { called_by_server = false; }

HANDLE WINAPI SpyRegisterEventSourceW(LPCWSTR server, LPCWSTR source) {
  Note(JsonLine()
           .Text("call", "RegisterEventSourceW")
           .Flag("calledByServer", called_by_server)
           .Flag("here", server == nullptr)
           .Text("source", ToUtf8(source)));
  return RegisterEventSourceW(server, source);
}

BOOL WINAPI SpyReportEventW(HANDLE log, WORD type, WORD category, DWORD id, PSID user, WORD count,
                            DWORD size, LPCWSTR* strings, LPVOID data) {
  std::vector<std::string> texts;
  for (const LPCWSTR text : std::span(strings, count)) texts.push_back(ToUtf8(text));
  Note(JsonLine()
           .Text("call", "ReportEventW")
           .Flag("calledByServer", called_by_server)
           .Number("type", type)
           .Number("category", category)
           .Number("id", id)
           .ByteStrings("strings", texts)
           .Number("data", size));
  const std::wstring silence = Environment(L"SPY_EVENTS");
  while (Exists(silence)) Sleep(10);
  return ReportEventW(log, type, category, id, user, count, size, strings, data);
}

}  // namespace rasshost
