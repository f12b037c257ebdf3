// SPDX-License-Identifier: MIT
// One run of the emulator in this process: options, server, lines, and their start and stop.
#pragma once

#include <windows.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ras_interface.h"
#include "emulator/begin_times.h"
#include "emulator/com_port.h"
#include "emulator/portable/options.h"
#include "emulator/ras_server.h"
#include "emulator/service_state.h"
#include "emulator/tcp_lines.h"
#include "emulator/trace.h"

namespace rasshost {

class Emulation {
 public:
  // Returns the exit code. The listener is that of a service, which this process then is.
  static int Run(const EmulatorOptions& options, ServiceStateListener* listener);
  static void RequestStop() noexcept;
  // Whether the security DLL kept a thread when the emulator stopped.
  static bool is_held() noexcept { return held_; }

  // Gives the server that serves the security DLL to `call`.
  template <typename Call>
  static DWORD WithServer(Call call) {
    Emulation* const running = running_;
    return running == nullptr ? ERROR_INVALID_PORT_HANDLE : call(*running->server_);
  }

 private:
  Emulation(const EmulatorOptions& options, ServiceStateListener* listener)
      : options_(options), listener_(listener), trace_(options.events) {}

  // An empty text, or why it cannot start.
  std::string Start();
  std::string LoadModule(std::optional<SecurityModule>& module);
  int Serve();
  // Until the process is to end.
  void BeStopped();
  void AnnounceAddress(const std::string& address);
  void EnterState(ServiceState state);
  int ExitCode() const;

  static HANDLE StopEvent() noexcept;
  static VOID WINAPI Complete(SECURITY_MESSAGE* message);
  static LONG CALLBACK OnException(EXCEPTION_POINTERS* exception);
  static void OnCrash(const EXCEPTION_RECORD& record);
  static DWORD WINAPI NameCrash(void* crash);

  // Set once and never cleared: threads of the security DLL may call in at any time.
  static inline std::atomic<Emulation*> running_{nullptr};
  static inline std::atomic<bool> held_{false};

  const EmulatorOptions options_;
  ServiceStateListener* const listener_;  // null: not a service
  Trace trace_;
  BeginTimes begin_times_;
  std::optional<RasServer> server_;
  std::optional<TcpLines> tcp_;
  std::vector<std::unique_ptr<ComPort>> com_ports_;
};

}  // namespace rasshost
