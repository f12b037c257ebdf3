// SPDX-License-Identifier: MIT
#include "security_dll/settings_report.h"

namespace rasshost {

void TellAbout(const Settings& settings, Reports& reports) noexcept {
  for (const PassedOver& value : settings.passed_over) {
    reports.Report(EventId::kSettingPassedOver, {value.name, value.why});
  }
  if (settings.placement == Placement::kWorker &&
      settings.worker_token == WorkerToken::kRestricted) {
    reports.Report(EventId::kTokenRestricted, {});
  }
}

}  // namespace rasshost
