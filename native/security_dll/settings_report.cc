// SPDX-License-Identifier: MIT
#include "security_dll/settings_report.h"

namespace rasshost {

void TellAbout(const Settings& settings, EventLog& events) noexcept {
  for (const PassedOver& value : settings.passed_over) {
    events.Report(EventId::kSettingPassedOver, {value.name, value.why});
  }
  if (settings.placement == Placement::kWorker &&
      settings.worker_token == WorkerToken::kRestricted) {
    events.Report(EventId::kTokenRestricted, {});
  }
}

}  // namespace rasshost
