// SPDX-License-Identifier: MIT
// The Windows service RemoteAccess, while the emulator plays it (--service).
#pragma once

#include <windows.h>

#include <string>
#include <utility>
#include <vector>

#include "emulator/service_state.h"
#include "windows/unique_handle.h"

namespace rasshost {

class EmulatedService final : public ServiceStateListener {
 public:
  // Returns the exit code when the service has stopped, and has lingered for as long as it is to.
  // To `arguments` come those that the service manager is told at the start.
  static int Run(std::vector<std::string> arguments);

 private:
  explicit EmulatedService(std::vector<std::string> arguments) noexcept
      : arguments_(std::move(arguments)) {}

  static void WINAPI Main(DWORD argc, wchar_t** argv);
  static DWORD WINAPI Control(DWORD control, DWORD event, void* data, void* context);

  int Serve(const std::vector<std::string>& start_arguments);
  void OnServiceState(ServiceState state, int exit_code) noexcept override;
  void Report(DWORD state, int exit_code) noexcept;

  // The one that Main serves: it is given nothing that could name it.
  static inline EmulatedService* running_ = nullptr;

  const std::vector<std::string> arguments_;
  const UniqueHandle main_ended_{CreateEventW(nullptr, TRUE, FALSE, nullptr)};

  // Main's thread, and once it has ended whoever waited for it.
  SERVICE_STATUS_HANDLE status_ = nullptr;
  bool stopped_ = false;
  int exit_code_ = 0;
};

}  // namespace rasshost
