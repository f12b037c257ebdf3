// SPDX-License-Identifier: MIT
// A security DLL that follows the rules, with a thread for each call: asks for user name and
// passcode a byte at a time, echoes, and lets alice with 123456 in.
#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "test/foreign/rasman_functions.h"
#include "windows/detached_thread.h"
#include "windows/ras_interface.h"
#include "windows/unique_handle.h"

namespace rasshost {
namespace {

constexpr DWORD kAnswerSeconds = 30;
constexpr std::size_t kLongestAnswer = 64;
constexpr int kMostSpuriousEvents = 100;

class Dialog {
 public:
  Dialog(HPORT port, std::span<BYTE> send_buffer, std::span<BYTE> receive_buffer,
         CompleteFunction complete)
      : port_(port),
        send_buffer_(send_buffer),
        receive_buffer_(receive_buffer),
        complete_(complete),
        received_(CreateEventW(nullptr, FALSE, FALSE, nullptr)),
        ended_event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

  // On the dialog's own thread.
  void Run() {
    const auto user = Ask("User name: ", true);
    const auto passcode = user ? Ask("Passcode: ", false) : std::nullopt;
    const bool known = user == "alice" && passcode == "123456";
    if (passcode) Say(known ? "\r\nWelcome\r\n" : "\r\nAccess denied\r\n");

    SECURITY_MESSAGE message{};
    message.hPort = port_;
    message.dwMsgId = known ? SECURITYMSG_SUCCESS : SECURITYMSG_FAILURE;
    user.value_or("").copy(message.UserName, UNLEN);
    // No account can have this name.
    if (message.UserName[0] == '\0') std::string_view("<none>").copy(message.UserName, UNLEN);
    std::string_view("CONTOSO").copy(message.Domain, DNLEN);
    {
      const std::lock_guard lock(mutex_);
      if (ended_) return;
      SecureZeroMemory(send_buffer_.data(), send_buffer_.size());
      SecureZeroMemory(receive_buffer_.data(), receive_buffer_.size());
    }
    // Without the lock: End may come inside.
    complete_(&message);
  }

  void End() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    SetEvent(ended_event_.get());
  }

 private:
  bool Say(std::string_view text) {
    while (!text.empty()) {
      const std::lock_guard lock(mutex_);
      if (ended_) return false;
      const std::size_t count = std::min(text.size(), send_buffer_.size());
      std::copy_n(text.begin(), count, send_buffer_.begin());
      if (Rasman().send(port_, send_buffer_.data(), static_cast<WORD>(count)) != PENDING) {
        return false;
      }
      text.remove_prefix(count);
    }
    return true;
  }

  // One byte of the caller's; none when the call is over or the caller does not answer.
  std::optional<char> Hear() {
    for (int spurious = 0; spurious < kMostSpuriousEvents; ++spurious) {
      {
        const std::lock_guard lock(mutex_);
        length_ = 1;
        if (ended_ || Rasman().receive(port_, receive_buffer_.data(), &length_, kAnswerSeconds,
                                       received_.get()) != PENDING) {
          return std::nullopt;
        }
      }
      const HANDLE events[] = {ended_event_.get(), received_.get()};
      if (WaitForMultipleObjects(2, events, FALSE, INFINITE) != WAIT_OBJECT_0 + 1) {
        return std::nullopt;
      }
      const std::lock_guard lock(mutex_);
      if (ended_) return std::nullopt;
      if (length_ == 1 && receive_buffer_[0] != 0) return static_cast<char>(receive_buffer_[0]);
      RAS_SECURITY_INFO info{};
      if (Rasman().get_info(port_, &info) != NO_ERROR || info.LastError != NO_ERROR) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> Ask(std::string_view prompt, bool echo) {
    if (!Say(prompt)) return std::nullopt;
    std::string answer;
    for (;;) {
      const auto key = Hear();
      if (!key || answer.size() > kLongestAnswer) return std::nullopt;
      if (*key == '\n') continue;
      if (*key == '\r') break;
      answer += *key;
      if (echo && !Say({&*key, 1})) return std::nullopt;
    }
    if (echo && !Say("\r\n")) return std::nullopt;
    return answer;
  }

  const HPORT port_;
  const std::span<BYTE> send_buffer_;
  const std::span<BYTE> receive_buffer_;
  const CompleteFunction complete_;
  const UniqueHandle received_;
  const UniqueHandle ended_event_;
  WORD length_ = 0;  // written by Rasman while a Receive is outstanding
  std::mutex mutex_;
  bool ended_ = false;  // mutex_; true: nothing of the transaction may be used any more
};

struct DialogTable {
  std::mutex mutex;
  std::map<HPORT, std::shared_ptr<Dialog>> dialogs;  // mutex
};

DialogTable& Table() {
  static DialogTable table;
  return table;
}

}  // namespace
}  // namespace rasshost

extern "C" {

DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD send_size,
                                    PBYTE receive_buffer, DWORD receive_size,
                                    VOID(WINAPI* complete)(SECURITY_MESSAGE*)) {
  using namespace rasshost;
  if (const DWORD error = Rasman().error()) return error;
  const auto dialog =
      std::make_shared<Dialog>(port, std::span<BYTE>(send_buffer, send_size),
                               std::span<BYTE>(receive_buffer, receive_size), complete);
  {
    const std::lock_guard lock(Table().mutex);
    Table().dialogs[port] = dialog;
  }
  StartDetachedThread([dialog] { dialog->Run(); });
  return NO_ERROR;
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  using namespace rasshost;
  std::shared_ptr<Dialog> dialog;
  {
    const std::lock_guard lock(Table().mutex);
    auto node = Table().dialogs.extract(port);
    if (node) dialog = std::move(node.mapped());
  }
  if (dialog) dialog->End();
  return ERROR_PORT_DISCONNECTED;
}
}
