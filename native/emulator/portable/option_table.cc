// SPDX-License-Identifier: MIT
#include "emulator/portable/option_table.h"

#include <utility>

#include "emulator/portable/argument_text.h"

namespace rasshost {
namespace {

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

bool SetLateInfo(CallOptions& options, std::string_view text) {
  constexpr std::string_view kPrevious = ",previous";
  constexpr std::uint32_t kLongest = 600000;
  LateInfo late;
  late.previous = text.ends_with(kPrevious);
  if (late.previous) text.remove_suffix(kPrevious.size());
  const auto time = ParseNumber(text, 0, kLongest);
  if (!time) return false;
  late.time = std::chrono::milliseconds(*time);
  options.late_info = late;
  return true;
}

constexpr std::size_t kLongestPath = 32767;
constexpr std::size_t kLongestUser = 256;
constexpr std::size_t kLongestDomain = 15;
constexpr std::size_t kLongestDevice = 128;
constexpr std::uint32_t kLargestBuffer = 1024 * 1024;
constexpr std::uint32_t kDay = 86400;
constexpr std::uint32_t kAnyCode = 0xffffffff;

using O = EmulatorOptions;

}  // namespace

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
      {"--send-buffer", "BYTES", "size of the send buffer, 1 to 1048576 (default 1500)",
       Number(&O::send_buffer, 1, kLargestBuffer)},
      {"--receive-buffer", "BYTES", "size of the receive buffer, 1 to 1048576 (default 1500)",
       Number(&O::receive_buffer, 1, kLargestBuffer)},
      {"--receive", "MODE",
       "a Receive completes with exact(ly) the bytes asked for (default), or with those available",
       Choice<ReceiveMode>(
           &O::receive, {{"exact", ReceiveMode::kExact}, {"available", ReceiveMode::kAvailable}})},
      {"--lossy-send", "", "a Send that no Receive follows is not delivered",
       FlagFor(&O::send, SendMode::kLossy)},
      {"--late-send", "",
       "a Send that no Receive follows is delivered as the buffer is at Complete",
       FlagFor(&O::send, SendMode::kLate)},
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
      {"--late-info", "MS[,previous]",
       "for so long after the event of a Receive, GetInfo says that it still runs, or (previous) "
       "what the one before came to (default 0)",
       SetterOf<CallOptions>(SetLateInfo)},
      {"--length-word", "MODE",
       "at the end of a Receive its length is right (default), or untouched: what was asked for",
       Choice<bool>(&O::tells_length, {{"right", true}, {"untouched", false}})},
      {"--bytes-received", "MODE",
       "BytesReceived of GetInfo is right (default), or zero whatever has come",
       Choice<bool>(&O::counts_bytes, {{"right", true}, {"zero", false}})},
      {"--end", "MODE",
       "End is called inside Complete, on another thread meanwhile, after it (default), or never",
       Choice<EndMode>(&O::end, {{"inside", EndMode::kInside},
                                 {"thread", EndMode::kThread},
                                 {"after", EndMode::kAfter},
                                 {"never", EndMode::kNever}})},
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
       "a call that comes this soon after End, or after the service's state has changed, has "
       "crossed "
       "it and breaks no rule (default 1000)",
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
      {"--service", "",
       "be the Windows service RemoteAccess; only the service manager can start it",
       Flag(&O::service)},
      {"--stop-pending", "SECONDS|FILE",
       "a stop takes no more calls, and ends the dialogs after so long, or when FILE is gone",
       PauseOf(&O::stop_pending, kDay, kLongestPath)},
      {"--linger", "SECONDS|FILE",
       "the process outlives the stop by so long, or until FILE is gone",
       PauseOf(&O::linger, kDay, kLongestPath)},
      {"--leave-dialogs", "",
       "a stop calls no End: the dialogs that are open then are open when it is over",
       Flag(&O::leave_dialogs)},
      {"--help", "", "print this text", Flag(&O::help)},
  };
  return table;
}

}  // namespace rasshost
