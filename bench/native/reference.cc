// SPDX-License-Identifier: MIT
// What rasshost is measured against: a security DLL in C++ as the documentation tells to write it.
// Begin starts a thread, which speaks with the caller a byte at a time and calls Complete; End
// stops it. The dialog is that of bench/policy.ts.
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "test/foreign/rasman_functions.h"
#include "windows/ras_interface.h"
#include "windows/srw_lock.h"
#include "windows/unique_handle.h"

namespace rasshost {
namespace {

constexpr DWORD kAnswerSeconds = 60;
constexpr DWORD kLastWordsSeconds = 1;
constexpr std::size_t kLongestAnswer = 256;

class Dialog {
 public:
  Dialog(HPORT port, std::span<BYTE> send_buffer, std::span<BYTE> receive_buffer,
         CompleteFunction complete)
      : port_(port),
        send_buffer_(send_buffer),
        receive_buffer_(receive_buffer),
        complete_(complete),
        received_(CreateEventW(nullptr, FALSE, FALSE, nullptr)) {}

  // On the dialog's own thread.
  void Run() {
    const auto user = Ask("User name: ", '\0');
    const auto passcode = user ? Ask("Passcode: ", '*') : std::nullopt;
    if (!passcode) return;
    const bool known = user == "alice" && passcode == "123456";
    // Each Send is followed by a Receive, or it may never leave (SD-22).
    if (known && Send("Welcome.\r\n")) Receive(kLastWordsSeconds);

    SECURITY_MESSAGE message{};
    message.hPort = port_;
    message.dwMsgId = known ? SECURITYMSG_SUCCESS : SECURITYMSG_FAILURE;
    user->copy(message.UserName, UNLEN);
    std::string_view("CONTOSO").copy(message.Domain, DNLEN);
    {
      const std::lock_guard lock(lock_);
      if (ended_) return;
      SecureZeroMemory(send_buffer_.data(), send_buffer_.size());
      SecureZeroMemory(receive_buffer_.data(), receive_buffer_.size());
    }
    // Without the lock: End may come inside.
    complete_(&message);
  }

  void End() {
    const std::lock_guard lock(lock_);
    ended_ = true;
    SetEvent(received_.get());
  }

 private:
  bool Send(std::string_view text) {
    const std::lock_guard lock(lock_);
    if (ended_ || text.size() > send_buffer_.size()) return false;
    text.copy(reinterpret_cast<char*>(send_buffer_.data()), text.size());
    return Rasman().send(port_, send_buffer_.data(), static_cast<WORD>(text.size())) == PENDING;
  }

  // The caller's next byte; none when the call is over or the caller does not answer.
  std::optional<char> Receive(DWORD seconds) {
    {
      const std::lock_guard lock(lock_);
      length_ = 1;
      if (ended_ || Rasman().receive(port_, receive_buffer_.data(), &length_, seconds,
                                     received_.get()) != PENDING) {
        return std::nullopt;
      }
    }
    WaitForSingleObject(received_.get(), INFINITE);
    const std::lock_guard lock(lock_);
    if (ended_ || length_ == 0) return std::nullopt;
    return static_cast<char>(receive_buffer_[0]);
  }

  // `mask` is shown instead of each character, if it is not NUL.
  std::optional<std::string> Ask(std::string_view prompt, char mask) {
    if (!Send(prompt)) return std::nullopt;
    std::string answer;
    for (;;) {
      const auto key = Receive(kAnswerSeconds);
      if (!key || answer.size() == kLongestAnswer) return std::nullopt;
      if (*key == '\r') break;
      answer += *key;
      const char shown = mask == '\0' ? *key : mask;
      if (!Send({&shown, 1})) return std::nullopt;
    }
    return Send("\r\n") ? std::optional(answer) : std::nullopt;
  }

  const HPORT port_;
  const std::span<BYTE> send_buffer_;
  const std::span<BYTE> receive_buffer_;
  const CompleteFunction complete_;
  const UniqueHandle received_;
  WORD length_ = 0;  // written by Rasman while a Receive is outstanding
  SrwLock lock_;
  bool ended_ = false;  // lock_; true: nothing of the transaction may be used any more
};

struct DialogTable {
  SrwLock lock;
  std::unordered_map<HPORT, std::shared_ptr<Dialog>> dialogs;  // lock
};

DialogTable& Table() {
  static DialogTable table;
  return table;
}

DWORD WINAPI RunDialog(void* context) {
  const std::unique_ptr<std::shared_ptr<Dialog>> dialog(
      static_cast<std::shared_ptr<Dialog>*>(context));
  (*dialog)->Run();
  return 0;
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
    const std::lock_guard lock(Table().lock);
    Table().dialogs[port] = dialog;
  }
  auto context = std::make_unique<std::shared_ptr<Dialog>>(dialog);
  const UniqueHandle thread(CreateThread(nullptr, 0, RunDialog, context.get(), 0, nullptr));
  if (!thread) return GetLastError();
  context.release();
  return NO_ERROR;
}

DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  using namespace rasshost;
  std::shared_ptr<Dialog> dialog;
  {
    const std::lock_guard lock(Table().lock);
    auto node = Table().dialogs.extract(port);
    if (node) dialog = std::move(node.mapped());
  }
  if (dialog) dialog->End();
  return ERROR_PORT_DISCONNECTED;
}
}
