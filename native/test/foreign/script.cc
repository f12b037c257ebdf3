// SPDX-License-Identifier: MIT
#include "test/foreign/script.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "test/foreign/rasman_functions.h"

namespace rasshost {

DWORD ToNumber(std::string_view text) {
  DWORD value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void AwaitFile(const std::string& path) {
  while (GetFileAttributesA(path.c_str()) == INVALID_FILE_ATTRIBUTES) Sleep(1);
}

void Crash() { *static_cast<volatile int*>(nullptr) = 1; }

namespace {

std::string Join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// %XX stands for a byte.
std::string Unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    unsigned value = 0;
    std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
    bytes += static_cast<char>(value);
    i += 2;
  }
  return bytes;
}

int OverflowStack(int depth) {
  volatile int frame[1024];
  frame[0] = depth;
  return depth < 0 ? 0 : OverflowStack(depth + 1) + frame[0];
}

LONG CALLBACK GoOn(EXCEPTION_POINTERS*) { return EXCEPTION_CONTINUE_EXECUTION; }

class Script {
 public:
  Script(HPORT port, BYTE* send_buffer, BYTE* receive_buffer, CompleteFunction complete,
         std::shared_ptr<Call> call)
      : own_port_(port),
        port_(port),
        send_buffer_(send_buffer),
        receive_buffer_(receive_buffer),
        complete_(complete),
        call_(std::move(call)) {}

  void Run(const std::string& script) {
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line, ';');) Execute(line);
  }

 private:
  using Words = std::vector<std::string>;
  struct Command {
    std::string_view name;
    void (Script::*execute)(const Words& words);
  };

  void Execute(const std::string& line) {
    std::istringstream stream(line);
    const Words words{std::istream_iterator<std::string>(stream), {}};
    for (const Command& command : kCommands) {
      if (!words.empty() && command.name == words[0]) (this->*command.execute)(words);
    }
  }

  void SendText(std::string_view text) {
    text.copy(reinterpret_cast<char*>(send_buffer_), text.size());
    result_ = Rasman().send(port_, send_buffer_, static_cast<WORD>(text.size()));
  }

  void Send(const Words& words) { SendText(Unescape(words[1])); }
  void SendLength(const Words& words) {
    result_ = Rasman().send(port_, send_buffer_, static_cast<WORD>(ToNumber(words[1])));
  }
  void SendForeign(const Words&) { result_ = Rasman().send(port_, receive_buffer_, 1); }
  void SendResult(const Words&) { SendText(Join({"<", std::to_string(result_), ">"})); }
  void SendReceived(const Words&) {
    const std::string bytes(reinterpret_cast<const char*>(receive_buffer_), length_.word);
    SendText(Join({"[", std::to_string(length_.word), ":", bytes, "]"}));
  }
  void SendCanary(const Words&) { SendText(length_.canary == kCanary ? "intact" : "overwritten"); }
  void SendInfo(const Words&) {
    SendText(Join({"{", std::to_string(info_.LastError), ",", std::to_string(info_.BytesReceived),
                   ",", info_.DeviceName, "}"}));
  }

  void StartReceive(const Words& words) {
    length_ = {static_cast<WORD>(ToNumber(words[1])), kCanary};
    result_ = Rasman().receive(port_, receive_buffer_, &length_.word,
                               ToNumber(words.size() > 2 ? words[2] : "0"), received_.get());
  }
  void WaitReceive(const Words&) { WaitForSingleObject(received_.get(), INFINITE); }
  void Receive(const Words& words) {
    StartReceive(words);
    if (result_ == PENDING) WaitReceive(words);
  }
  void ReceiveForeign(const Words&) {
    result_ = Rasman().receive(port_, send_buffer_, &length_.word, 0, received_.get());
  }
  void ReceiveWithoutEvent(const Words&) {
    result_ = Rasman().receive(port_, receive_buffer_, &length_.word, 0, nullptr);
  }
  void GetInfo(const Words&) { result_ = Rasman().get_info(port_, &info_); }
  // await-info LAST_ERROR BYTES_RECEIVED: until GetInfo says so.
  void AwaitInfo(const Words& words) {
    do {
      GetInfo(words);
      Sleep(1);
    } while (info_.LastError != ToNumber(words[1]) || info_.BytesReceived != ToNumber(words[2]));
  }

  // complete ID ERROR [USER [DOMAIN]]
  void Complete(const Words& words) {
    SECURITY_MESSAGE message{};
    message.hPort = port_;
    message.dwMsgId = ToNumber(words[1]);
    message.dwError = ToNumber(words[2]);
    if (words.size() > 3) words[3].copy(message.UserName, UNLEN);
    if (words.size() > 4) words[4].copy(message.Domain, DNLEN);
    complete_(&message);
    // Whoever kept a pointer to it instead of a copy now reads this (EM-17).
    volatile auto* const bytes = reinterpret_cast<volatile BYTE*>(&message);
    for (std::size_t i = 0; i < sizeof message; ++i) bytes[i] = 'X';
  }
  // complete-unterminated user|domain
  void CompleteUnterminated(const Words& words) {
    SECURITY_MESSAGE message{};
    message.hPort = port_;
    message.dwMsgId = SECURITYMSG_FAILURE;
    message.UserName[0] = 'u';
    if (words[1] == "user") {
      std::fill(std::begin(message.UserName), std::end(message.UserName), 'u');
    } else {
      std::fill(std::begin(message.Domain), std::end(message.Domain), 'd');
    }
    complete_(&message);
  }
  void CompleteNothing(const Words&) { complete_(nullptr); }

  void UsePort(const Words& words) {
    port_ = words[1] == "own"
                ? own_port_
                : reinterpret_cast<HPORT>(static_cast<std::uintptr_t>(ToNumber(words[1])));
  }
  // poke send|receive OFFSET
  void Poke(const Words& words) {
    volatile BYTE* const buffer = words[1] == "send" ? send_buffer_ : receive_buffer_;
    buffer[std::atoi(words[2].c_str())] = 1;
  }
  void Wipe(const Words&) {
    SecureZeroMemory(send_buffer_, 1500);
    SecureZeroMemory(receive_buffer_, 1500);
  }
  void Crash(const Words&) { rasshost::Crash(); }
  void OverflowStack(const Words&) { length_.word = static_cast<WORD>(rasshost::OverflowStack(0)); }
  // An exception that is handled.
  void Raise(const Words&) {
    void* const handler = AddVectoredExceptionHandler(0, &GoOn);
    RaiseException(EXCEPTION_INT_DIVIDE_BY_ZERO, 0, 0, nullptr);
    RemoveVectoredExceptionHandler(handler);
  }
  // The emulator crashes while it holds its lock.
  void GetInfoIntoNothing(const Words&) { result_ = Rasman().get_info(port_, nullptr); }
  void AwaitEnd(const Words&) { WaitForSingleObject(call_->ended.get(), INFINITE); }
  void AwaitFile(const Words& words) { rasshost::AwaitFile(words[1]); }
  void AwaitInvalid(const Words&) {
    while (Rasman().get_info(port_, &info_) != ERROR_INVALID_PORT_HANDLE) Sleep(1);
  }

  static constexpr WORD kCanary = 0xbeef;
  static constexpr Command kCommands[] = {
      {"send", &Script::Send},
      {"send-length", &Script::SendLength},
      {"send-foreign", &Script::SendForeign},
      {"send-result", &Script::SendResult},
      {"send-received", &Script::SendReceived},
      {"send-canary", &Script::SendCanary},
      {"send-info", &Script::SendInfo},
      {"receive", &Script::Receive},
      {"start-receive", &Script::StartReceive},
      {"wait-receive", &Script::WaitReceive},
      {"receive-foreign", &Script::ReceiveForeign},
      {"receive-without-event", &Script::ReceiveWithoutEvent},
      {"get-info", &Script::GetInfo},
      {"await-info", &Script::AwaitInfo},
      {"complete", &Script::Complete},
      {"complete-unterminated", &Script::CompleteUnterminated},
      {"complete-nothing", &Script::CompleteNothing},
      {"use-port", &Script::UsePort},
      {"poke", &Script::Poke},
      {"wipe", &Script::Wipe},
      {"crash", &Script::Crash},
      {"overflow-stack", &Script::OverflowStack},
      {"raise", &Script::Raise},
      {"get-info-into-nothing", &Script::GetInfoIntoNothing},
      {"await-end", &Script::AwaitEnd},
      {"await-file", &Script::AwaitFile},
      {"await-invalid", &Script::AwaitInvalid},
  };

  const HPORT own_port_;
  HPORT port_;
  BYTE* const send_buffer_;
  BYTE* const receive_buffer_;
  const CompleteFunction complete_;
  const std::shared_ptr<Call> call_;
  const UniqueHandle received_{CreateEventW(nullptr, FALSE, FALSE, nullptr)};
  DWORD result_ = 0;
  RAS_SECURITY_INFO info_{};
  struct {
    WORD word;
    WORD canary;
  } length_{};
};

}  // namespace

void RunScript(const std::string& commands, HPORT port, BYTE* send_buffer, BYTE* receive_buffer,
               CompleteFunction complete, std::shared_ptr<Call> call) {
  // Never freed: a receive may still be outstanding when the commands are through.
  auto* const script = new Script(port, send_buffer, receive_buffer, complete, std::move(call));
  script->Run(commands);
}

}  // namespace rasshost
