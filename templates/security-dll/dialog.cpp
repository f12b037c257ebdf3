#include "dialog.h"

#include <algorithm>

namespace {

// How long a caller may take for each key.
constexpr DWORD kAnswerSeconds = 30;

// How long the last words may take to reach the caller.
constexpr DWORD kLastWordsSeconds = 1;

constexpr std::size_t kLongestAnswer = 64;

// The event may be signalled without a reason, or before RasSecurityDialogGetInfo shows why: so it
// is looked at again.
constexpr DWORD kLookAgainMs = 50;

class Lock {
 public:
  explicit Lock(SRWLOCK* lock) : lock_(lock) { AcquireSRWLockExclusive(lock_); }
  ~Lock() { ReleaseSRWLockExclusive(lock_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  SRWLOCK* const lock_;
};

// Your own check goes here: ask a token server, read a file. It may take its time, on this thread.
bool IsRight(std::string_view user, std::string_view passcode) {
  return user == "alice" && passcode == "123456";
}

void Wipe(std::string* text) {
  SecureZeroMemory(text->data(), text->size());
  text->clear();
}

}  // namespace

Dialog::Dialog(const Call& call, const Rasman& rasman)
    : call_(call),
      rasman_(rasman),
      received_(CreateEventW(nullptr, FALSE, FALSE, nullptr)),
      ended_event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

Dialog::~Dialog() {
  if (received_ != nullptr) CloseHandle(received_);
  if (ended_event_ != nullptr) CloseHandle(ended_event_);
}

void Dialog::Run() {
  std::string user;
  std::string passcode;
  const bool answered =
      Ask("User name: ", true, &user) && Ask("\r\nPasscode: ", false, &passcode);
  const bool right = answered && IsRight(user, passcode);
  Wipe(&passcode);
  char ignored = 0;
  if (answered && Say(right ? "\r\nWelcome.\r\n" : "\r\nAccess denied.\r\n")) {
    HearKey(kLastWordsSeconds, &ignored);
  }

  SECURITY_MESSAGE message{};
  message.hPort = call_.port;
  message.dwMsgId = right ? SECURITYMSG_SUCCESS : SECURITYMSG_FAILURE;
  // Both names are wanted, whatever the verdict. No account has this one.
  if (user.empty()) user = "<no answer>";
  user.copy(message.UserName, UNLEN);
  std::string_view("CONTOSO").copy(message.Domain, DNLEN);
  {
    const Lock lock(&lock_);
    if (ended_) return;
    SecureZeroMemory(call_.send_buffer, call_.send_size);
    SecureZeroMemory(call_.receive_buffer, call_.receive_size);
  }
  // Without the lock: the server may call End inside Complete, on this thread or on another.
  call_.complete(&message);
}

void Dialog::End() {
  const Lock lock(&lock_);
  ended_ = true;
  SetEvent(ended_event_);
}

bool Dialog::Say(std::string_view text) {
  while (!text.empty()) {
    const std::size_t count = std::min<std::size_t>({text.size(), call_.send_size, 0xffff});
    {
      const Lock lock(&lock_);
      if (ended_) return false;
      std::copy_n(text.begin(), count, call_.send_buffer);
      const WORD length = static_cast<WORD>(count);
      if (rasman_.send(call_.port, call_.send_buffer, length) != PENDING) return false;
    }
    text.remove_prefix(count);
    // A key that is typed between two pieces is lost; the text of a real DLL fits the buffer.
    char ignored = 0;
    if (!text.empty() && HearKey(kLastWordsSeconds, &ignored) == Heard::kOver) return false;
  }
  return true;
}

Dialog::Heard Dialog::Hear(DWORD seconds, char* byte) {
  {
    const Lock lock(&lock_);
    if (ended_) return Heard::kOver;
    // As many as are wanted, not as many as there is room for: a Receive may wait for all.
    length_ = 1;
    if (rasman_.receive(call_.port, call_.receive_buffer, &length_, seconds, received_) !=
        PENDING) {
      return Heard::kOver;
    }
  }
  for (DWORD wait = INFINITE;; wait = kLookAgainMs) {
    const HANDLE awaited[] = {ended_event_, received_};
    const DWORD woken = WaitForMultipleObjects(2, awaited, FALSE, wait);
    if (woken != WAIT_OBJECT_0 + 1 && woken != WAIT_TIMEOUT) return Heard::kOver;
    const Lock lock(&lock_);
    if (ended_) return Heard::kOver;
    RAS_SECURITY_INFO info{};
    if (rasman_.get_info(call_.port, &info) != NO_ERROR) return Heard::kOver;
    if (info.LastError == PENDING) continue;
    if (info.LastError == ERROR_REQUEST_TIMEOUT) return Heard::kNothing;
    if (info.LastError != NO_ERROR) return Heard::kOver;
    // No byte: the time has passed. One of the two tells of a byte, since no document says which.
    if (length_ == 0 && info.BytesReceived == 0) return Heard::kNothing;
    *byte = static_cast<char>(call_.receive_buffer[0]);
    return Heard::kByte;
  }
}

Dialog::Heard Dialog::HearKey(DWORD seconds, char* key) {
  Heard heard = Hear(seconds, key);
  if (heard == Heard::kByte && after_cr_ && *key == '\n') heard = Hear(seconds, key);
  if (heard == Heard::kByte) after_cr_ = *key == '\r';
  return heard;
}

bool Dialog::Ask(std::string_view text, bool echo, std::string* answer) {
  if (!Say(text)) return false;
  for (;;) {
    char key = 0;
    if (HearKey(kAnswerSeconds, &key) != Heard::kByte) return false;
    if (key == '\r' || key == '\n') return true;
    if (key == '\b' || key == '\x7f') {
      if (answer->empty()) continue;
      answer->pop_back();
      if (echo && !Say("\b \b")) return false;
    } else if (key >= ' ') {
      // A name that is cut could be another account's.
      if (answer->size() == kLongestAnswer) return false;
      answer->push_back(key);
      // The caller's terminal does not echo.
      if (echo && !Say({&key, 1})) return false;
    }
  }
}
