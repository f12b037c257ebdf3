// SPDX-License-Identifier: MIT
// How far a run of the emulator is, in the words of the service manager.
#pragma once

#include <string_view>

namespace rasshost {

enum class ServiceState { kRunning, kStopPending, kStopped };

constexpr std::string_view ServiceStateName(ServiceState state) noexcept {
  switch (state) {
    case ServiceState::kRunning:
      return "running";
    case ServiceState::kStopPending:
      return "stop-pending";
    case ServiceState::kStopped:
      return "stopped";
  }
  return "";
}

// Told of each state on the thread that runs the emulator, before the emulator acts on it.
class ServiceStateListener {
 public:
  // `exit_code` is that of the emulator, as far as it is known by now.
  virtual void OnServiceState(ServiceState state, int exit_code) noexcept = 0;

 protected:
  ~ServiceStateListener() = default;
};

}  // namespace rasshost
