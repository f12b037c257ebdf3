// SPDX-License-Identifier: MIT
// The command line of the emulator: every point that the documentation leaves open is a switch.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/portable/faults.h"

namespace rasshost {

enum class ReceiveMode { kExact, kAvailable };
// When a Send takes its bytes from the buffer, and gives them to the line: at once; with the
// Receive that follows it, or never; with that Receive, or with Complete, from what is in the
// buffer then.
enum class SendMode { kAtOnce, kLossy, kLate };
enum class HangUpEvent { kSignalled, kSilent };
enum class EndMode { kInside, kThread, kAfter, kNever };
enum class PortType { kModem, kIsdn, kVpn };
enum class EventNumbers { kNt4, kWindows2000 };

// For how long GetInfo lags behind the event of a Receive, and what it says meanwhile.
struct LateInfo {
  std::chrono::milliseconds time{0};
  bool previous = false;  // what the Receive before has come to; else that this one still runs
};

// So long, or as long as there is such a file.
using Pause = std::variant<std::chrono::seconds, std::string>;

// Text is UTF-8; times given in seconds on the command line are kept as they were given.

// What can be another thing for each call.
struct CallOptions {
  std::string device_name = "Emulated modem";
  std::uint32_t send_buffer = 1500;
  std::uint32_t receive_buffer = 1500;
  ReceiveMode receive = ReceiveMode::kExact;
  SendMode send = SendMode::kAtOnce;
  std::uint32_t timeout_error = 638;
  std::uint32_t busy_error = 616;
  std::uint32_t line_error = 619;
  HangUpEvent hang_up_event = HangUpEvent::kSignalled;
  LateInfo late_info;
  bool tells_length = true;  // at the end of a Receive, in the security DLL's own length word
  bool counts_bytes = true;  // in GetInfo

  EndMode end = EndMode::kAfter;
  bool end_again = false;
  std::uint32_t begin_limit = 5;
  std::uint32_t complete_limit = 600;
  std::uint32_t end_limit = 10;
  std::uint32_t hold_watchdog = 30;
  std::chrono::milliseconds crossing{1000};
  std::uint32_t dialog_timeout = 0;  // 0: none
  std::chrono::milliseconds second{1000};

  bool client_paused_states = true;
  std::optional<std::string> ppp_user;  // none: whoever the security DLL names
  std::string ppp_domain;
  bool compare_domain = false;
  bool case_sensitive_names = false;
  bool ppp_refuse = false;

  Faults faults;
};

struct EmulatorOptions : CallOptions {
  bool help = false;

  std::optional<std::string> dll;  // none: DLLPath of the registry
  std::optional<std::string> listen_host;
  std::uint16_t listen_port = 0;
  std::vector<std::string> com_ports;
  std::uint32_t ports = 64;
  PortType port_type = PortType::kModem;
  bool reuse_handles = false;
  EventNumbers events = EventNumbers::kNt4;
  std::optional<std::string> each_call;      // none: all calls have the same options
  std::optional<std::string> arrival_gate;   // none: the server hears of a Complete at once
  std::optional<std::string> complete_gate;  // none: Complete returns at once

  std::optional<std::string> trace;
  bool trace_data = false;
  std::optional<std::string> measure;
  bool strict = false;
  std::uint32_t max_calls = 0;  // 0: no limit
  bool stop_on_stdin_eof = false;
  bool service = false;
  Pause stop_pending;          // between the stop and the first End
  Pause linger;                // between the stop's end and that of the process
  bool leave_dialogs = false;  // a stop calls no End
};

struct UsageError {
  std::string message;
};

// `arguments` without the program's name.
std::variant<EmulatorOptions, UsageError> ParseEmulatorOptions(
    const std::vector<std::string>& arguments);

// Options of one call, over those that hold for all.
std::variant<CallOptions, UsageError> ParseCallOptions(const CallOptions& usual,
                                                       const std::vector<std::string>& arguments);

std::string EmulatorHelp();

}  // namespace rasshost
