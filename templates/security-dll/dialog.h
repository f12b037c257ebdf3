// A dialog with one caller, on a thread of its own.
#pragma once

#include <string>
#include <string_view>

#include "ras_security.h"

// What the server has given to Begin. The buffers are the server's: nothing of this may be used
// after Complete has been called, or after End has returned (End returns an error here, which says
// that nothing will follow).
struct Call {
  HPORT port;
  BYTE* send_buffer;
  DWORD send_size;
  BYTE* receive_buffer;
  DWORD receive_size;
  RasSecurityDialogComplete complete;
};

// The functions of Rasman.dll.
struct Rasman {
  RasSecurityDialogSend send;
  RasSecurityDialogReceive receive;
  RasSecurityDialogGetInfo get_info;
};

class Dialog {
 public:
  Dialog(const Call& call, const Rasman& rasman);
  ~Dialog();
  Dialog(const Dialog&) = delete;
  Dialog& operator=(const Dialog&) = delete;

  bool is_ready() const { return received_ != nullptr && ended_event_ != nullptr; }

  // Talks to the caller and tells the server the verdict, unless the call has ended before.
  void Run();

  // The server ends the call. Never waits: the server takes no other call meanwhile.
  void End();

 private:
  // What Hear has got.
  enum class Heard { kByte, kNothing, kOver };

  // Writes what fits into the send buffer. A Receive must follow: its event is what tells that the
  // text is out and that the buffer is free again.
  bool Say(std::string_view text);
  // Waits for one byte of the caller's.
  Heard Hear(DWORD seconds, char* byte);
  // The same without the LF of a CR LF: terminals end a line with CR, programs with LF or with both.
  Heard HearKey(DWORD seconds, char* key);
  // Says the text, and reads a line that the caller ends with Enter. False when there is no answer.
  bool Ask(std::string_view text, bool echo, std::string* answer);

  const Call call_;
  const Rasman rasman_;
  const HANDLE received_;     // Rasman signals it when a Receive is over
  const HANDLE ended_event_;  // End signals it
  WORD length_ = 0;           // Rasman writes it when a Receive is over
  bool after_cr_ = false;     // the last key was a CR
  SRWLOCK lock_ = SRWLOCK_INIT;
  bool ended_ = false;  // lock_; nothing of the call may be used any more
};
