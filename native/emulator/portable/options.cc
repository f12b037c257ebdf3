// SPDX-License-Identifier: MIT
#include "emulator/portable/options.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "emulator/portable/argument_text.h"

namespace rasshost {
namespace {

// Stores the value and returns true, or returns false when the value is not valid.
template <typename Options>
using SetterOf = std::function<bool(Options&, std::string_view)>;
// Of the whole server, or of a call.
using Setter = std::variant<SetterOf<EmulatorOptions>, SetterOf<CallOptions>>;

struct Option {
  std::string_view name;
  std::string_view value;  // what the value is called in the help, empty for a flag
  std::string_view help;
  Setter set;
};

template <typename Options>
Setter Flag(bool Options::* field) {
  return SetterOf<Options>([field](Options& options, std::string_view) {
    options.*field = true;
    return true;
  });
}

template <typename Options>
Setter Number(std::uint32_t Options::* field, std::uint32_t lowest, std::uint32_t highest) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    const auto value = ParseNumber(text, lowest, highest);
    if (value) options.*field = *value;
    return value.has_value();
  });
}

template <typename Options, typename Field>
Setter Text(Field Options::* field, std::size_t longest) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    if (text.empty() || text.size() > longest) return false;
    options.*field = std::string(text);
    return true;
  });
}

template <typename Enum, typename Options>
Setter Choice(Enum Options::* field, std::vector<std::pair<std::string_view, Enum>> choices) {
  const auto set = [=, choices = std::move(choices)](Options& options, std::string_view text) {
    for (const auto& [name, value] : choices) {
      if (name != text) continue;
      options.*field = value;
      return true;
    }
    return false;
  };
  return SetterOf<Options>(set);
}

bool SetListen(EmulatorOptions& options, std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto port = ParseNumber(text.substr(colon + 1), 0, 65535);
  if (!port || host.empty()) return false;
  options.listen_host = std::string(host);
  options.listen_port = static_cast<std::uint16_t>(*port);
  return true;
}

bool AddComPort(EmulatorOptions& options, std::string_view text) {
  const bool named = text.size() > 3 && (text.starts_with("COM") || text.starts_with("com"));
  if (!named || !ParseNumber(text.substr(3), 1, 256)) return false;
  options.com_ports.emplace_back(text);
  return true;
}

template <typename Options>
Setter Milliseconds(std::chrono::milliseconds Options::* field, std::uint32_t lowest,
                    std::uint32_t highest) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    const auto value = ParseNumber(text, lowest, highest);
    if (value) options.*field = std::chrono::milliseconds(*value);
    return value.has_value();
  });
}

constexpr std::size_t kLongestPath = 32767;
constexpr std::size_t kLongestUser = 256;
constexpr std::size_t kLongestDomain = 15;
constexpr std::size_t kLongestDevice = 128;
constexpr std::uint32_t kLargestBuffer = 1024 * 1024;
constexpr std::uint32_t kDay = 86400;
constexpr std::uint32_t kAnyCode = 0xffffffff;

constexpr std::string_view kFault = "--fault";

using O = EmulatorOptions;

const std::vector<Option>& OptionTable() {
  static const std::vector<Option> table = {
      {"--dll", "PATH", "serve this security DLL instead of the one that the registry names",
       Text(&O::dll, kLongestPath)},
      {"--registry", "",
       "serve the DLL that HKLM\\SOFTWARE\\Microsoft\\RAS\\SecurityHost DLLPath names (default)",
       [](O& options, std::string_view) {
         options.dll.reset();
         return true;
       }},
      {"--listen", "HOST:PORT",
       "take calls at this TCP address, PORT 0 = any free one (default 127.0.0.1:0)", SetListen},
      {"--com", "COMn", "take calls on this serial port; may be repeated", AddComPort},
      {"--ports", "N", "modem ports, 1 to 10000 (default 64)", Number(&O::ports, 1, 10000)},
      {"--port-type", "TYPE", "modem (default), isdn or vpn: only modem ports have a dialog",
       Choice<PortType>(
           &O::port_type,
           {{"modem", PortType::kModem}, {"isdn", PortType::kIsdn}, {"vpn", PortType::kVpn}})},
      {"--device-name", "TEXT", "DeviceName of GetInfo, at most 128 characters",
       Text(&O::device_name, kLongestDevice)},
      {"--send-buffer", "BYTES", "size of the send buffer, 1 to 65535 (default 1500)",
       Number(&O::send_buffer, 1, kLargestBuffer)},
      {"--receive-buffer", "BYTES", "size of the receive buffer, 1 to 65535 (default 1500)",
       Number(&O::receive_buffer, 1, kLargestBuffer)},
      {"--receive", "MODE",
       "a Receive completes with exact(ly) the bytes asked for (default), or with those available",
       Choice<ReceiveMode>(
           &O::receive, {{"exact", ReceiveMode::kExact}, {"available", ReceiveMode::kAvailable}})},
      {"--lossy-send", "", "a Send that no Receive follows is not delivered", Flag(&O::lossy_send)},
      {"--timeout-error", "CODE", "LastError after a Receive has timed out (default 638)",
       Number(&O::timeout_error, 1, kAnyCode)},
      {"--busy-error", "CODE", "Send and Receive while a Receive runs (default 616)",
       Number(&O::busy_error, 1, kAnyCode)},
      {"--line-error", "CODE", "Send, Receive and LastError when the line is gone (default 619)",
       Number(&O::line_error, 1, kAnyCode)},
      {"--hangup-event", "MODE",
       "the receive event when the call ends under it: signalled (default) or silent",
       Choice<HangUpEvent>(&O::hang_up_event, {{"signalled", HangUpEvent::kSignalled},
                                               {"silent", HangUpEvent::kSilent}})},
      {"--end", "MODE",
       "End is called inside Complete, on another thread meanwhile, or after it (default)",
       Choice<EndMode>(&O::end, {{"inside", EndMode::kInside},
                                 {"thread", EndMode::kThread},
                                 {"after", EndMode::kAfter}})},
      {"--arrival-gate", "FILE", "a Complete that is called does not arrive while FILE exists",
       Text(&O::arrival_gate, kLongestPath)},
      {"--complete-gate", "FILE", "Complete does not return while FILE exists",
       Text(&O::complete_gate, kLongestPath)},
      {"--end-again", "", "call End again after the Complete that ends a delayed termination",
       Flag(&O::end_again)},
      {"--begin-limit", "SECONDS", "a Begin that takes longer is a violation (default 5)",
       Number(&O::begin_limit, 1, kDay)},
      {"--complete-limit", "SECONDS",
       "a dialog without Complete in which nothing happens for longer is a violation, and is ended "
       "(default 600)",
       Number(&O::complete_limit, 1, kDay)},
      {"--end-limit", "SECONDS",
       "an End that takes longer is a violation, and its call is over (default 10)",
       Number(&O::end_limit, 1, kDay)},
      {"--hold-watchdog", "SECONDS",
       "a delayed termination that takes longer is a violation (default 30)",
       Number(&O::hold_watchdog, 1, kDay)},
      {"--crossing", "MS",
       "a call that comes this soon after End has crossed it and breaks no rule (default 1000)",
       Milliseconds(&O::crossing, 0, 60000)},
      {"--reuse-handles", "", "a port's next call gets the same HPORT", Flag(&O::reuse_handles)},
      {"--dialog-timeout", "SECONDS", "End before Complete when a dialog takes longer",
       Number(&O::dialog_timeout, 1, kDay)},
      {"--second", "MS",
       "length of a second of Receive's Timeout and of --dialog-timeout (default 1000)",
       Milliseconds(&O::second, 1, 60000)},
      {"--client-paused-states", "YES|NO",
       "whether the client can show a terminal; if not it gives up with error 703 (default yes)",
       Choice<bool>(&O::client_paused_states, {{"yes", true}, {"no", false}})},
      {"--ppp-user", "NAME", "the user that PPP presents (default: the one the DLL names)",
       Text(&O::ppp_user, kLongestUser)},
      {"--ppp-domain", "NAME", "the domain that PPP presents",
       Text(&O::ppp_domain, kLongestDomain)},
      {"--compare-domain", "", "PPP's domain must be the one the DLL names, too",
       Flag(&O::compare_domain)},
      {"--case-sensitive-names", "", "the two names must agree in case, too",
       Flag(&O::case_sensitive_names)},
      {"--ppp-refuse", "", "PPP authentication fails (wrong password)", Flag(&O::ppp_refuse)},
      {"--events", "SET", "event numbers of nt4 (default) or w2000",
       Choice<EventNumbers>(&O::events,
                            {{"nt4", EventNumbers::kNt4}, {"w2000", EventNumbers::kWindows2000}})},
      {kFault, "NAME[=ARG][@N]", "switch a fault on, see below; may be repeated",
       SetterOf<CallOptions>()},
      {"--each-call", "FILE",
       "read further options, one a line, from FILE (if there is one) for each call alone",
       Text(&O::each_call, kLongestPath)},
      {"--trace", "FILE", "write every call and event to FILE, one JSON object a line",
       Text(&O::trace, kLongestPath)},
      {"--trace-data", "", "the trace shows what was sent and typed (secrets, too)",
       Flag(&O::trace_data)},
      {"--measure", "FILE", "at the end, write how long each Begin took to FILE, in microseconds",
       Text(&O::measure, kLongestPath)},
      {"--strict", "", "exit with 3 when the security DLL has committed a violation",
       Flag(&O::strict)},
      {"--max-calls", "N", "stop after N calls have ended", Number(&O::max_calls, 1, kAnyCode)},
      {"--stop-on-stdin-eof", "", "stop when standard input ends", Flag(&O::stop_on_stdin_eof)},
      {"--help", "", "print this text", Flag(&O::help)},
  };
  return table;
}

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
      "(--strict).\n";
  return text;
}

}  // namespace rasshost
