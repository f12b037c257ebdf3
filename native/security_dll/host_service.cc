// SPDX-License-Identifier: MIT
#include "security_dll/host_service.h"

#include <utility>

namespace rasshost {

HostService::HostService(Listener& listener) noexcept
    : listener_(listener), work_(CreateThreadpoolWork(Asked, this, nullptr)) {}

void HostService::Ask() noexcept {
  if (!asking_.exchange(true)) SubmitThreadpoolWork(work_);
}

void CALLBACK HostService::Asked(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept {
  auto* const service = static_cast<HostService*>(context);
  CallbackMayRunLong(instance);
  if (service->HasGoneDown()) service->listener_.OnServiceStopped();
  service->asking_ = false;
}

bool HostService::HasGoneDown() noexcept {
  if (!service_) {
    const UniqueServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    if (!manager) return false;
    service_.reset(OpenServiceW(manager.get(), L"RemoteAccess", SERVICE_QUERY_STATUS));
    if (!service_) return false;
  }
  SERVICE_STATUS_PROCESS status{};
  DWORD needed = 0;
  if (!QueryServiceStatusEx(service_.get(), SC_STATUS_PROCESS_INFO,
                            reinterpret_cast<BYTE*>(&status), sizeof(status), &needed)) {
    return false;
  }
  // It may also run again, elsewhere.
  const bool is_here =
      status.dwProcessId == GetCurrentProcessId() && status.dwCurrentState != SERVICE_STOPPED;
  const bool is_stopping = status.dwCurrentState == SERVICE_STOP_PENDING;
  const Presence presence = !is_here      ? Presence::kAway
                            : is_stopping ? Presence::kStopping
                                          : Presence::kHere;
  return std::exchange(presence_, presence) > presence;
}

}  // namespace rasshost
