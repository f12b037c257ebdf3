// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>
#include <variant>
#include <vector>

#include "emulator/portable/options.h"

namespace rasshost {
namespace {

EmulatorOptions Parsed(const std::vector<std::string>& arguments) {
  const auto result = ParseEmulatorOptions(arguments);
  REQUIRE(std::holds_alternative<EmulatorOptions>(result));
  return std::get<EmulatorOptions>(result);
}

std::string Problem(const std::vector<std::string>& arguments) {
  const auto result = ParseEmulatorOptions(arguments);
  REQUIRE(std::holds_alternative<UsageError>(result));
  return std::get<UsageError>(result).message;
}

TEST_CASE("without options the server listens on any loopback port for the registered DLL") {
  const EmulatorOptions options = Parsed({});
  CHECK(options.listen_host == "127.0.0.1");
  CHECK(options.listen_port == 0);
  CHECK_FALSE(options.dll);
  CHECK(options.receive == ReceiveMode::kExact);
  CHECK(options.end == EndMode::kAfter);
  CHECK(options.send_buffer == 1500);
}

TEST_CASE("a value stands after its option, or behind an equals sign") {
  CHECK(Parsed({"--ports", "7"}).ports == 7);
  CHECK(Parsed({"--ports=7"}).ports == 7);
  CHECK(Parsed({"--device-name", "a=b"}).device_name == "a=b");
  CHECK(Parsed({"--complete-gate", "C:\\gate"}).complete_gate == "C:\\gate");
}

TEST_CASE("Begin, the dialog and End may take as long as their options say") {
  const EmulatorOptions options = Parsed({});
  CHECK(options.begin_limit == 5);
  CHECK(options.complete_limit == 600);
  CHECK(options.end_limit == 10);
  CHECK(Parsed({"--begin-limit", "2"}).begin_limit == 2);
  CHECK(Parsed({"--complete-limit", "2"}).complete_limit == 2);
}

TEST_CASE("GetInfo may lag behind, and a Receive tell less than the truth") {
  const EmulatorOptions usual = Parsed({});
  CHECK(usual.late_info.time.count() == 0);
  CHECK(usual.tells_length);
  CHECK(usual.counts_bytes);
  const LateInfo running = Parsed({"--late-info", "200"}).late_info;
  CHECK(running.time.count() == 200);
  CHECK_FALSE(running.previous);
  const LateInfo previous = Parsed({"--late-info=200,previous"}).late_info;
  CHECK(previous.time.count() == 200);
  CHECK(previous.previous);
  CHECK_FALSE(Parsed({"--length-word", "untouched"}).tells_length);
  CHECK_FALSE(Parsed({"--bytes-received", "zero"}).counts_bytes);
}

TEST_CASE("a Send takes its bytes at once, or it may be lost, or late") {
  CHECK(Parsed({}).send == SendMode::kAtOnce);
  CHECK(Parsed({"--lossy-send"}).send == SendMode::kLossy);
  CHECK(Parsed({"--lossy-send", "--late-send"}).send == SendMode::kLate);
}

TEST_CASE("a stop and a lingering process last for some seconds, or as long as there is a file") {
  CHECK(Parsed({}).linger == Pause(std::chrono::seconds(0)));
  CHECK(Parsed({"--linger", "6"}).linger == Pause(std::chrono::seconds(6)));
  CHECK(Parsed({"--stop-pending=C:\\gate"}).stop_pending == Pause("C:\\gate"));
  CHECK_FALSE(Parsed({}).leave_dialogs);
  CHECK(Parsed({"--leave-dialogs"}).leave_dialogs);
}

TEST_CASE("the last of two values counts, and --registry undoes --dll") {
  CHECK(Parsed({"--ports", "7", "--ports", "8"}).ports == 8);
  CHECK_FALSE(Parsed({"--dll", "a.dll", "--registry"}).dll);
}

TEST_CASE("serial ports alone leave TCP off") {
  const EmulatorOptions options = Parsed({"--com", "COM3", "--com", "COM4"});
  CHECK(options.com_ports == std::vector<std::string>{"COM3", "COM4"});
  CHECK_FALSE(options.listen_host);
}

TEST_CASE("an address may be of IP version 6") {
  const EmulatorOptions options = Parsed({"--listen", "[::1]:2000"});
  CHECK(options.listen_host == "::1");
  CHECK(options.listen_port == 2000);
}

TEST_CASE("what is wrong is named") {
  CHECK(Problem({"--frobnicate"}) == "unknown option '--frobnicate'");
  CHECK(Problem({"stray"}) == "unknown option 'stray'");
  CHECK(Problem({"--ports"}) == "--ports needs N");
  CHECK(Problem({"--strict=yes"}) == "--strict takes no value");
  CHECK(Parsed({"--end", "never"}).end == EndMode::kNever);
  CHECK(Problem({"--end", "soon"}) == "bad value 'soon' for --end");
}

TEST_CASE("values out of range are refused") {
  for (const auto& row :
       std::vector<std::pair<std::string, std::string>>{{"--ports", "0"},
                                                        {"--ports", "10001"},
                                                        {"--ports", "1x"},
                                                        {"--ports", "-1"},
                                                        {"--ports", ""},
                                                        {"--send-buffer", "0"},
                                                        {"--receive-buffer", "1048577"},
                                                        {"--timeout-error", "0"},
                                                        {"--timeout-error", "4294967296"},
                                                        {"--listen", "127.0.0.1"},
                                                        {"--listen", ":80"},
                                                        {"--listen", "127.0.0.1:65536"},
                                                        {"--com", "COM"},
                                                        {"--com", "COM0"},
                                                        {"--com", "LPT1"},
                                                        {"--begin-limit", "0"},
                                                        {"--complete-limit", "0"},
                                                        {"--complete-limit", "86401"},
                                                        {"--second", "0"},
                                                        {"--late-info", ",previous"},
                                                        {"--late-info", "200,"},
                                                        {"--late-info", "200,next"},
                                                        {"--late-info", "600001"},
                                                        {"--linger", ""},
                                                        {"--linger", "86401"},
                                                        {"--length-word", "wrong"},
                                                        {"--bytes-received", "1"},
                                                        {"--client-paused-states", "maybe"},
                                                        {"--device-name", std::string(129, 'd')},
                                                        {"--ppp-user", std::string(257, 'u')},
                                                        {"--ppp-domain", std::string(16, 'd')}}) {
    // Not a structured binding: clang 14 can't capture one.
    const std::string& option = row.first;
    const std::string& value = row.second;
    CAPTURE(option);
    CAPTURE(value);
    CHECK(Problem({option, value}) == "bad value '" + value + "' for " + option);
  }
}

TEST_CASE("a fault strikes at every operation, or at the one that @N names") {
  const Faults faults = Parsed({"--fault", "send-error=614", "--fault", "receive-error=606@2",
                                "--fault", "silent-line"})
                            .faults;
  REQUIRE(faults.Find(FaultKind::kSendError, 9) != nullptr);
  CHECK(*faults.Find(FaultKind::kSendError, 9) == 614);
  CHECK(faults.Find(FaultKind::kReceiveError, 1) == nullptr);
  REQUIRE(faults.Find(FaultKind::kReceiveError, 2) != nullptr);
  CHECK(faults.Find(FaultKind::kSilentLine) != nullptr);
  CHECK(faults.Find(FaultKind::kGetInfoError) == nullptr);
}

TEST_CASE("what is wrong with a fault is named") {
  CHECK(Problem({"--fault", "rain"}) == "unknown fault 'rain'");
  CHECK(Problem({"--fault", "send-error"}) == "fault 'send-error' needs =CODE");
  CHECK(Problem({"--fault", "send-error=x"}) == "bad CODE in fault 'send-error=x'");
  CHECK(Problem({"--fault", "send-error=0"}) == "bad CODE in fault 'send-error=0'");
  CHECK(Problem({"--fault", "spurious-event=2"}) == "bad BYTES in fault 'spurious-event=2'");
  CHECK(Problem({"--fault", "send-error=614@0"}) == "bad @N in fault 'send-error=614@0'");
  CHECK(Problem({"--fault", "silent-line=1"}) == "fault 'silent-line=1' takes no argument");
  CHECK(Problem({"--fault", "silent-line@1"}) == "fault 'silent-line@1' takes no @N");
}

TEST_CASE("a call has options of its own over the usual ones, but none of the server's") {
  const EmulatorOptions usual = Parsed({"--end", "inside", "--fault", "silent-line"});
  const auto result = ParseCallOptions(usual, {"--send-buffer=7", "--fault", "send-error=614@2"});
  REQUIRE(std::holds_alternative<CallOptions>(result));
  const CallOptions& options = std::get<CallOptions>(result);
  CHECK(options.send_buffer == 7);
  CHECK(options.end == EndMode::kInside);
  CHECK(options.faults.Find(FaultKind::kSilentLine) != nullptr);
  CHECK(*options.faults.Find(FaultKind::kSendError, 2) == 614);

  const auto problem = [&](const std::vector<std::string>& arguments) {
    const auto refused = ParseCallOptions(usual, arguments);
    REQUIRE(std::holds_alternative<UsageError>(refused));
    return std::get<UsageError>(refused).message;
  };
  CHECK(problem({"--ports", "7"}) == "--ports is an option of the server, not of a call");
  CHECK(problem({"--send-buffer", "0"}) == "bad value '0' for --send-buffer");
  CHECK(problem({"--fault", "rain"}) == "unknown fault 'rain'");
  CHECK(problem({"--fault", "stop-after=2"}) ==
        "--fault stop-after is an option of the server, not of a call");
}

TEST_CASE("the help names every fault") {
  const std::string help = EmulatorHelp();
  for (const FaultSpec& fault : FaultTable()) {
    CAPTURE(fault.name);
    CHECK(help.find(fault.name) != std::string::npos);
  }
}

}  // namespace
}  // namespace rasshost
