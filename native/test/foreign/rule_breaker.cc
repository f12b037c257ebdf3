// SPDX-License-Identifier: MIT
// A security DLL that does what the environment says, rule or no rule. What is not there may stand
// in HKLM\SOFTWARE\rule_breaker: a service can't be given variables of its own everywhere.
//
// DIALOG      the commands of each call's thread, separated by ';' (see script.cc)
// BEGIN       what Begin returns (default 0); the thread runs in any case; or "crash"
// BEGIN_GATE  Begin waits until this file exists, before it starts the thread
// BEGIN_LATE_GATE  the same after it has started the thread
// END         what End returns (default 619), or "block": End never returns
// END_GATE    the first End waits until this file exists
// DETACH      "block": the process's end is not let pass
// FILTER      "begin": Begin installs a filter for unhandled exceptions; "chain": one that calls
//             the filter that was there before
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "test/foreign/rasman_functions.h"
#include "test/foreign/script.h"
#include "windows/detached_thread.h"
#include "windows/ras_interface.h"

namespace rasshost {
namespace {

std::string Environment(const char* name, std::string_view otherwise) {
  std::string value(32767, '\0');
  auto size = static_cast<DWORD>(value.size());
  DWORD length = GetEnvironmentVariableA(name, value.data(), size);
  if (length == 0 && RegGetValueA(HKEY_LOCAL_MACHINE, "SOFTWARE\\rule_breaker", name,
                                  RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, nullptr, value.data(),
                                  &size) == ERROR_SUCCESS) {
    length = size - 1;  // without the NUL
  }
  value.resize(length);
  return value.empty() ? std::string(otherwise) : value;
}

LONG WINAPI EndProcess(EXCEPTION_POINTERS*) { return EXCEPTION_EXECUTE_HANDLER; }

LPTOP_LEVEL_EXCEPTION_FILTER filter_before = nullptr;
LONG WINAPI CallFilterBefore(EXCEPTION_POINTERS* exception) { return filter_before(exception); }

class Calls {
 public:
  std::shared_ptr<Call> Add(HPORT port) {
    const std::lock_guard lock(mutex_);
    return calls_[port] = std::make_shared<Call>();
  }
  std::shared_ptr<Call> Find(HPORT port) {
    const std::lock_guard lock(mutex_);
    return calls_[port];
  }

  static Calls& Instance() {
    static Calls calls;
    return calls;
  }

 private:
  std::mutex mutex_;
  std::map<HPORT, std::shared_ptr<Call>> calls_;  // mutex_
};

}  // namespace
}  // namespace rasshost

extern "C" {

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD, PBYTE receive_buffer,
                                    DWORD, VOID(WINAPI* complete)(SECURITY_MESSAGE*)) {
  using namespace rasshost;
  if (const DWORD error = Rasman().error()) return error;
  if (Environment("FILTER", "") == "begin") SetUnhandledExceptionFilter(&EndProcess);
  if (Environment("FILTER", "") == "chain") {
    filter_before = SetUnhandledExceptionFilter(&CallFilterBefore);
  }
  if (Environment("BEGIN", "") == "crash") Crash();
  const std::string gate = Environment("BEGIN_GATE", "");
  if (!gate.empty()) AwaitFile(gate);
  StartDetachedThread([=, script = Environment("DIALOG", ""), call = Calls::Instance().Add(port)] {
    RunScript(script, port, send_buffer, receive_buffer, complete, call);
  });
  const std::string late_gate = Environment("BEGIN_LATE_GATE", "");
  if (!late_gate.empty()) AwaitFile(late_gate);
  return ToNumber(Environment("BEGIN", "0"));
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  using namespace rasshost;
  const std::string result = Environment("END", "619");
  if (result == "block") Sleep(INFINITE);
  static std::atomic_flag ended;
  const std::string gate = Environment("END_GATE", "");
  if (!gate.empty() && !ended.test_and_set()) AwaitFile(gate);
  SetEvent(Calls::Instance().Find(port)->ended.get());
  return ToNumber(result);
}

BOOL WINAPI DllMain(HINSTANCE, DWORD reason, void*) {
  using namespace rasshost;
  // Asked at the start: at the end the threads that are gone may have left locks behind.
  static bool blocks = false;
  if (reason == DLL_PROCESS_ATTACH) blocks = Environment("DETACH", "") == "block";
  if (reason == DLL_PROCESS_DETACH && blocks) Sleep(INFINITE);
  return TRUE;
}
}
