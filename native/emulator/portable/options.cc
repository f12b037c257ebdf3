// SPDX-License-Identifier: MIT
#include "emulator/portable/options.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "emulator/portable/argument_text.h"
#include "emulator/portable/option_table.h"

namespace rasshost {
namespace {

void AppendHelpLine(std::string& text, const std::string& left, std::string_view right) {
  constexpr std::size_t kColumn = 34;
  text.append("  ").append(left);
  if (left.size() + 2 >= kColumn) {
    text.append("\n").append(kColumn, ' ');
  } else {
    text.append(kColumn - 2 - left.size(), ' ');
  }
  text.append(right).append("\n");
}

// Whether `options` has the field that the option sets.
template <typename Options>
bool BelongsTo(const Option& option) {
  return std::is_same_v<Options, EmulatorOptions> ||
         std::holds_alternative<SetterOf<CallOptions>>(option.set);
}

// Returns what is wrong with the value, if something is.
template <typename Options>
std::optional<UsageError> Set(const Option& option, Options& options, std::string_view text) {
  if (option.name == kFault) {
    if (std::is_same_v<Options, CallOptions> && text.starts_with("stop-after")) {
      return UsageError{"--fault stop-after is an option of the server, not of a call"};
    }
    if (std::string problem = options.faults.Add(text); !problem.empty()) {
      return UsageError{std::move(problem)};
    }
    return std::nullopt;
  }
  bool valid = false;
  if (const auto* of_call = std::get_if<SetterOf<CallOptions>>(&option.set)) {
    valid = (*of_call)(options, text);
  } else if constexpr (std::is_same_v<Options, EmulatorOptions>) {
    valid = std::get<SetterOf<EmulatorOptions>>(option.set)(options, text);
  }
  if (valid) return std::nullopt;
  return UsageError{"bad value " + Quoted(text) + " for " + std::string(option.name)};
}

template <typename Options>
std::optional<UsageError> SetAll(Options& options, const std::vector<std::string>& arguments) {
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    std::string_view name = *argument;
    std::optional<std::string_view> value;
    if (const auto equals = name.find('='); equals != name.npos && name.starts_with("--")) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    const auto option = std::ranges::find(OptionTable(), name, &Option::name);
    if (option == OptionTable().end()) return UsageError{"unknown option " + Quoted(*argument)};
    if (!BelongsTo<Options>(*option)) {
      return UsageError{std::string(name) + " is an option of the server, not of a call"};
    }
    if (option->value.empty()) {
      if (value) return UsageError{std::string(name) + " takes no value"};
    } else if (!value) {
      if (std::next(argument) == arguments.end()) {
        return UsageError{std::string(name) + " needs " + std::string(option->value)};
      }
      value = *++argument;
    }
    if (auto problem = Set(*option, options, value.value_or(""))) return problem;
  }
  return std::nullopt;
}

}  // namespace

std::variant<EmulatorOptions, UsageError> ParseEmulatorOptions(
    const std::vector<std::string>& arguments) {
  EmulatorOptions options;
  if (auto problem = SetAll(options, arguments)) return *problem;
  if (!options.listen_host && options.com_ports.empty()) options.listen_host = "127.0.0.1";
  return options;
}

std::variant<CallOptions, UsageError> ParseCallOptions(const CallOptions& usual,
                                                       const std::vector<std::string>& arguments) {
  CallOptions options = usual;
  if (auto problem = SetAll(options, arguments)) return *problem;
  return options;
}

std::string EmulatorHelp() {
  std::string text =
      "Usage: ras-server.exe [options]\n"
      "Plays the RAS server for a security DLL (rasshost.h).\n\nOptions:\n";
  for (const Option& option : OptionTable()) {
    std::string left(option.name);
    if (!option.value.empty()) left.append(" ").append(option.value);
    AppendHelpLine(text, left, option.help);
  }
  text += "\nFaults (@N: only at the Nth such operation of each call):\n";
  for (const FaultSpec& fault : FaultTable()) {
    std::string left(fault.name);
    if (!fault.argument.empty()) left.append("=").append(fault.argument);
    if (fault.countable) left += "[@N]";
    AppendHelpLine(text, left, fault.help);
  }
  text +=
      "\nExit codes: 0 stopped as asked, 1 could not start, 2 wrong usage, 3 violations "
      "(--strict), 4 not the RemoteAccess service (--service).\n";
  return text;
}

}  // namespace rasshost
