// SPDX-License-Identifier: MIT
#include "emulator/emulation.h"

#include <winsock2.h>

#include <array>
#include <thread>
#include <utility>

#include "common/utf.h"
#include "emulator/crash_report.h"

namespace rasshost {
namespace {

constexpr int kCannotStart = 1;
constexpr int kWrongUsage = 2;
constexpr int kRulesBroken = 3;

void Print(DWORD stream, const std::string& text) noexcept {
  DWORD written = 0;
  WriteFile(GetStdHandle(stream), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

void Complain(const std::string& text) noexcept {
  Print(STD_ERROR_HANDLE, "ras-server: " + text + "\n");
}

void StopWhenStdinEnds() {
  // Nothing can interrupt a read of any kind of standard input, so nobody waits for this thread.
  std::thread([] {
    std::array<char, 256> ignored;
    DWORD size = 0;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), ignored.data(),
                    static_cast<DWORD>(ignored.size()), &size, nullptr) &&
           size != 0) {
    }
    Emulation::RequestStop();
  }).detach();
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

int Emulation::Run(int argc, const wchar_t* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.push_back(ToUtf8(argv[i]));
  const auto parsed = ParseEmulatorOptions(arguments);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    Complain(error->message + " (--help lists the options)");
    return kWrongUsage;
  }
  const auto& options = std::get<EmulatorOptions>(parsed);
  if (options.help) {
    Print(STD_OUTPUT_HANDLE, EmulatorHelp());
    return 0;
  }
  static std::atomic_flag ran;
  if (ran.test_and_set()) {
    Complain("has already run in this process");
    return kCannotStart;
  }
  // Never freed: the security DLL's threads outlive every run.
  auto* const emulation = new Emulation(options);
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
  if (tcp_) Print(STD_OUTPUT_HANDLE, "listening " + tcp_->Address() + "\n");
  for (const std::string& name : options_.com_ports) {
    Print(STD_OUTPUT_HANDLE, "listening " + name + "\n");
  }
  if (options_.stop_on_stdin_eof) StopWhenStdinEnds();

  WaitForSingleObject(StopEvent(), INFINITE);
  held_ = !server_->Stop();
  // Else a Begin may still return.
  if (!held_) begin_times_.Write();
  if (tcp_) tcp_->Stop();
  for (const auto& port : com_ports_) port->Stop();
  trace_.Write(trace_.Line().Flag("stopped", true).Flag("rulesBroken", server_->rules_broken()));
  StopWatchingCrashes();
  RemoveVectoredExceptionHandler(handler);
  return options_.strict && server_->rules_broken() ? kRulesBroken : 0;
}

}  // namespace rasshost
