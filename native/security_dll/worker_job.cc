// SPDX-License-Identifier: MIT
#include "security_dll/worker_job.h"

namespace rasshost {
namespace {

JOBOBJECT_EXTENDED_LIMIT_INFORMATION Limits(const Settings& settings) noexcept {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags =
      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION |
      JOB_OBJECT_LIMIT_ACTIVE_PROCESS | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
  limits.BasicLimitInformation.ActiveProcessLimit = 1;
  // At this size the heartbeat would end the worker, too. The system acts at once, and the
  // heartbeat only at its next look.
  limits.ProcessMemoryLimit = 2 * Megabytes(settings.memory_megabytes);
  return limits;
}

// The system puts no process of a job into a further job that has limits of this kind.
bool MayLimitUserInterface() noexcept {
  BOOL in_job = TRUE;
  return IsProcessInJob(GetCurrentProcess(), nullptr, &in_job) && !in_job;
}

}  // namespace

UniqueHandle CreateWorkerJob(const Settings& settings) noexcept {
  UniqueHandle job(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = Limits(settings);
  JOBOBJECT_BASIC_UI_RESTRICTIONS interface_limits{
      JOB_OBJECT_UILIMIT_DESKTOP | JOB_OBJECT_UILIMIT_DISPLAYSETTINGS |
      JOB_OBJECT_UILIMIT_EXITWINDOWS | JOB_OBJECT_UILIMIT_GLOBALATOMS | JOB_OBJECT_UILIMIT_HANDLES |
      JOB_OBJECT_UILIMIT_READCLIPBOARD | JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS |
      JOB_OBJECT_UILIMIT_WRITECLIPBOARD};
  if (!job ||
      !SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                               sizeof(limits)) ||
      (MayLimitUserInterface() &&
       !SetInformationJobObject(job.get(), JobObjectBasicUIRestrictions, &interface_limits,
                                sizeof(interface_limits)))) {
    return {};
  }
  return job;
}

}  // namespace rasshost
