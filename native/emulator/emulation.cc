// SPDX-License-Identifier: MIT
#include "emulator/emulation.h"

#include <winsock2.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "emulator/console.h"
#include "emulator/crash_report.h"
#include "emulator/exit_codes.h"
#include "windows/detached_thread.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

// Whatever keeps a stop or the end of the process from going on.
void Await(const Pause& pause) {
  if (const auto* seconds = std::get_if<std::chrono::seconds>(&pause)) {
    std::this_thread::sleep_for(*seconds);
    return;
  }
  constexpr DWORD kLookMs = 5;
  const std::wstring gate = ToWide(std::get<std::string>(pause));
  while (GetFileAttributesW(gate.c_str()) != INVALID_FILE_ATTRIBUTES) Sleep(kLookMs);
}

void StopWhenStdinEnds() {
  // Nothing can interrupt a read of any kind of standard input, so nobody waits for this thread.
  StartDetachedThread([] {
    std::array<char, 256> ignored;
    DWORD size = 0;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), ignored.data(),
                    static_cast<DWORD>(ignored.size()), &size, nullptr) &&
           size != 0) {
    }
    Emulation::RequestStop();
  });
}

}  // namespace

HANDLE Emulation::StopEvent() noexcept {
  // Lives as long as the process, like those who may ask for a stop.
  static const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  return event;
}

void Emulation::RequestStop() noexcept { SetEvent(StopEvent()); }

VOID WINAPI Emulation::Complete(SECURITY_MESSAGE* message) {
  Emulation* const running = running_;
  running->server_->Complete(message);
}

LONG CALLBACK Emulation::OnException(EXCEPTION_POINTERS* exception) {
  const EXCEPTION_RECORD& record = *exception->ExceptionRecord;
  if (record.ExceptionCode == EXCEPTION_ACCESS_VIOLATION && record.NumberParameters >= 2) {
    Emulation* const running = running_;
    running->server_->OnAccessViolation(record.ExceptionInformation[1]);
  }
  return EXCEPTION_CONTINUE_SEARCH;
}

DWORD WINAPI Emulation::NameCrash(void* crash) {
  Emulation* const running = running_;
  running->server_->OnCrash(*static_cast<const Crash*>(crash));
  return 0;
}

void Emulation::OnCrash(const EXCEPTION_RECORD& record) {
  Emulation* const running = running_;
  Crash crash{record, GetCurrentThreadId(), running->server_->PortOfThisThread()};
  if (record.ExceptionCode == EXCEPTION_STACK_OVERFLOW) {
    // A new stack. Not for ever: the thread that has crashed may keep new ones from starting.
    constexpr DWORD kPatienceMs = 5000;
    const UniqueHandle thread(CreateThread(nullptr, 0, &NameCrash, &crash, 0, nullptr));
    WaitForSingleObject(thread.get(), kPatienceMs);
  } else {
    NameCrash(&crash);
  }
  if (running->options_.strict) TerminateProcess(GetCurrentProcess(), kRulesBroken);
}

int Emulation::Run(const EmulatorOptions& options, ServiceStateListener* listener) {
  static std::atomic_flag ran;
  if (ran.test_and_set()) {
    Complain("has already run in this process");
    return kCannotStart;
  }
  // Never freed: the security DLL's threads outlive every run.
  auto* const emulation = new Emulation(options, listener);
  if (const std::string problem = emulation->Start(); !problem.empty()) {
    Complain(problem);
    return kCannotStart;
  }
  return emulation->Serve();
}

std::string Emulation::LoadModule(std::optional<SecurityModule>& module) {
  const auto fail = [this](LogEvent event, const LoadFailure& failure) {
    trace_.WriteEvent(event, std::array{failure.message}, 0);
    return failure.message;
  };
  std::string path;
  if (options_.dll) {
    path = *options_.dll;
  } else {
    const auto registered = ReadRegisteredPath();
    if (const auto* failure = std::get_if<LoadFailure>(&registered)) {
      return fail(LogEvent::kCantOpenSecmoduleKey, *failure);
    }
    if (std::holds_alternative<NotRegistered>(registered)) return {};
    path = std::get<std::string>(registered);
  }
  auto loaded = LoadSecurityModule(path);
  if (const auto* failure = std::get_if<LoadFailure>(&loaded)) {
    return fail(LogEvent::kCantLoadSecdll, *failure);
  }
  module = std::get<SecurityModule>(std::move(loaded));
  return {};
}

std::string Emulation::Start() {
  if (options_.trace) {
    if (const DWORD error = trace_.Open(*options_.trace)) {
      return "cannot write the trace '" + *options_.trace + "': error " + std::to_string(error);
    }
  }
  if (options_.measure) {
    if (const DWORD error = begin_times_.Open(*options_.measure)) {
      return "cannot write '" + *options_.measure + "': error " + std::to_string(error);
    }
  }
  std::optional<SecurityModule> module;
  if (std::string problem = LoadModule(module); !problem.empty()) return problem;
  JsonLine line = trace_.Line();
  if (module) {
    line.Text("securityDll", module->path);
  } else {
    line.Null("securityDll");
  }
  trace_.Write(line);

  server_.emplace(options_, std::move(module), trace_, begin_times_, &Complete, &RequestStop,
                  &Complain);
  running_ = this;
  WSADATA winsock;
  if (const int error = WSAStartup(MAKEWORD(2, 2), &winsock)) {
    return "cannot start Winsock: error " + std::to_string(error);
  }
  if (options_.listen_host) {
    tcp_.emplace(*server_);
    if (const int error = tcp_->Listen(*options_.listen_host, options_.listen_port)) {
      const std::string where = *options_.listen_host + ":" + std::to_string(options_.listen_port);
      if (error == WSAEADDRINUSE || error == WSAEACCES) {
        return "cannot listen on " + where + ": the address is in use";
      }
      return "cannot listen on " + where + ": error " + std::to_string(error);
    }
  }
  for (const std::string& name : options_.com_ports) {
    com_ports_.push_back(std::make_unique<ComPort>(*server_, name));
    if (const DWORD error = com_ports_.back()->Open()) {
      return "cannot open " + name + ": error " + std::to_string(error);
    }
  }
  return {};
}

int Emulation::Serve() {
  void* const handler = AddVectoredExceptionHandler(1, &OnException);
  WatchCrashes(&OnCrash);
  server_->Start();
  if (tcp_) tcp_->Start();
  for (const auto& port : com_ports_) port->Start();
  if (tcp_) AnnounceAddress(tcp_->Address());
  for (const std::string& name : options_.com_ports) AnnounceAddress(name);
  if (options_.stop_on_stdin_eof) StopWhenStdinEnds();
  if (listener_ != nullptr) EnterState(ServiceState::kRunning);

  WaitForSingleObject(StopEvent(), INFINITE);
  if (listener_ != nullptr) EnterState(ServiceState::kStopPending);
  server_->RefuseCalls();
  Await(options_.stop_pending);
  // Its lines stay up as well.
  if (options_.leave_dialogs) BeStopped();
  held_ = !server_->Stop();
  // Else a Begin may still return.
  if (!held_) begin_times_.Write();
  if (tcp_) tcp_->Stop();
  for (const auto& port : com_ports_) port->Stop();
  if (!options_.leave_dialogs) BeStopped();
  trace_.Write(trace_.Line().Flag("stopped", true).Flag("rulesBroken", server_->rules_broken()));
  StopWatchingCrashes();
  RemoveVectoredExceptionHandler(handler);
  return ExitCode();
}

void Emulation::BeStopped() {
  // A plain process has no state that could be asked for, but its calls are over as well.
  if (listener_ != nullptr || options_.linger != Pause()) EnterState(ServiceState::kStopped);
  Await(options_.linger);
}

void Emulation::AnnounceAddress(const std::string& address) {
  // In the trace too: a service has no standard output.
  trace_.Write(trace_.Line().Text("listening", address));
  Print("listening " + address + "\n");
}

void Emulation::EnterState(ServiceState state) {
  // First of all: the security DLL can be blamed only for what it could have seen.
  if (listener_ != nullptr) listener_->OnServiceState(state, ExitCode());
  server_->OnServiceState(state);
  trace_.Write(trace_.Line().Text("service", ServiceStateName(state)));
}

int Emulation::ExitCode() const {
  return options_.strict && server_->rules_broken() ? kRulesBroken : 0;
}

}  // namespace rasshost
