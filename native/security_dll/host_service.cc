// SPDX-License-Identifier: MIT
#include "security_dll/host_service.h"

namespace rasshost {

HostService::HostService(Listener& listener) noexcept
    : listener_(listener), work_(CreateThreadpoolWork(Asked, this, nullptr)) {}

void HostService::Ask() noexcept {
  if (!asking_.exchange(true)) SubmitThreadpoolWork(work_);
}

void CALLBACK HostService::Asked(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept {
  auto* const service = static_cast<HostService*>(context);
  CallbackMayRunLong(instance);
  if (service->HasStopped()) service->listener_.OnServiceStopped();
  service->asking_ = false;
}

bool HostService::HasStopped() noexcept {
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
  const bool runs_here = status.dwProcessId == GetCurrentProcessId() &&
                         status.dwCurrentState != SERVICE_STOPPED &&
                         status.dwCurrentState != SERVICE_STOP_PENDING;
  is_here_ = is_here_ || runs_here;
  return is_here_ && !runs_here;
}

}  // namespace rasshost
