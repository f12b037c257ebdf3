// SPDX-License-Identifier: MIT
// The service that has loaded this DLL, as the service manager knows it.
#pragma once

#include "common/unique_handle.h"

namespace rasshost {

// The process of a service may be that of others too, and outlive it. Not for several threads at
// once.
class HostService {
 public:
  // Whether the RemoteAccess service has run in this process and has stopped. May ask the service
  // manager, which may take its time: to be called without a lock, and never by the RAS server.
  bool HasStopped() noexcept;

 private:
  UniqueServiceHandle service_;
  bool is_here_ = false;  // it has been seen running in this process
};

}  // namespace rasshost
