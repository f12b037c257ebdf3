// SPDX-License-Identifier: MIT
#include "emulator/command_line.h"

#include <utility>

#include "emulator/console.h"
#include "emulator/exit_codes.h"

namespace rasshost {

std::variant<EmulatorOptions, int> ReadCommandLine(const std::vector<std::string>& arguments) {
  auto parsed = ParseEmulatorOptions(arguments);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    Complain(error->message + " (--help lists the options)");
    return kWrongUsage;
  }
  auto& options = std::get<EmulatorOptions>(parsed);
  if (options.help) {
    Print(EmulatorHelp());
    return 0;
  }
  return std::move(options);
}

}  // namespace rasshost
