// SPDX-License-Identifier: MIT
#include "emulator/com_port.h"

#include <array>
#include <mutex>
#include <utility>

#include "windows/srw_lock.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

constexpr std::size_t kMostQueued = 1 << 20;
constexpr DWORD kByteGapMs = 20;        // a read ends this long after its last byte
constexpr DWORD kWriteLimitMs = 10000;  // for a caller that has stopped the flow
constexpr DWORD kCarrierPollMs = 200;   // not every driver reports modem lines as events
constexpr DWORD kRetryMs = 1000;        // after the other end has gone
constexpr DWORD kHangUpMs = 500;        // how long DTR stays low

}  // namespace

class ComPort::Call : public Line {
 public:
  explicit Call(ComPort& port) : port_(port) {}

  std::string Name() const override { return port_.name_; }

  void Answer() override {
    const std::lock_guard lock(mutex_);
    answered_ = true;
    SetEvent(port_.changed_.get());
  }

  bool Write(std::span<const std::uint8_t> bytes) override {
    const std::lock_guard lock(mutex_);
    if (hung_up_) return true;
    if (out_.size() + bytes.size() > kMostQueued) return false;
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    SetEvent(port_.changed_.get());
    return true;
  }

  void PauseInput(bool paused) override {
    const std::lock_guard lock(mutex_);
    if (paused_ == paused) return;
    paused_ = paused;
    SetEvent(port_.changed_.get());
  }

  void HangUp() override {
    const std::lock_guard lock(mutex_);
    hung_up_ = true;
    SetEvent(port_.changed_.get());
  }

  // The rest is for the port's thread.

  bool takes_input() {
    const std::lock_guard lock(mutex_);
    return answered_ && !paused_ && !hung_up_;
  }
  bool hung_up() {
    const std::lock_guard lock(mutex_);
    return hung_up_;
  }
  std::vector<std::uint8_t> TakeOutput() {
    const std::lock_guard lock(mutex_);
    return std::exchange(out_, {});
  }

 private:
  ComPort& port_;
  SrwLock mutex_;
  bool answered_ = false;          // mutex_
  bool paused_ = false;            // mutex_
  bool hung_up_ = false;           // mutex_
  std::vector<std::uint8_t> out_;  // mutex_
};

ComPort::ComPort(LineEvents& events, std::string name) : events_(events), name_(std::move(name)) {}

ComPort::~ComPort() { Stop(); }

DWORD ComPort::Open() {
  port_.reset(CreateFileW(ToWide("\\\\.\\" + name_).c_str(), GENERIC_READ | GENERIC_WRITE, 0,
                          nullptr, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, nullptr));
  if (!port_) return GetLastError();
  DCB dcb{};
  dcb.DCBlength = sizeof dcb;
  if (!GetCommState(port_.get(), &dcb)) return GetLastError();
  dcb.ByteSize = 8;
  dcb.Parity = NOPARITY;
  dcb.StopBits = ONESTOPBIT;
  dcb.fDtrControl = DTR_CONTROL_ENABLE;
  dcb.fRtsControl = RTS_CONTROL_ENABLE;
  COMMTIMEOUTS timeouts{};
  timeouts.ReadIntervalTimeout = kByteGapMs;
  timeouts.WriteTotalTimeoutConstant = kWriteLimitMs;
  if (!SetCommState(port_.get(), &dcb) || !SetCommTimeouts(port_.get(), &timeouts)) {
    return GetLastError();
  }
  read_done_.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  write_done_.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  changed_.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  if (!read_done_ || !write_done_ || !changed_) return GetLastError();
  DWORD lines = 0;
  has_carrier_line_ = GetCommModemStatus(port_.get(), &lines) != FALSE;
  return NO_ERROR;
}

void ComPort::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ComPort::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  SetEvent(changed_.get());
  thread_.join();
}

void ComPort::Run() {
  bool reading = false;
  while (!stopping_ || call_) {
    // While a call is not ready for more, its input stays in the driver.
    if (!reading && input_.empty()) reading = ReadAgain();
    const std::array<HANDLE, 2> events = {changed_.get(), read_done_.get()};
    const DWORD timeout = !reading && input_.empty() ? kRetryMs
                          : has_carrier_line_        ? kCarrierPollMs
                                                     : INFINITE;
    const DWORD which = WaitForMultipleObjects(reading ? 2 : 1, events.data(), FALSE, timeout);
    if (which == WAIT_OBJECT_0 + 1) {
      reading = false;
      OnRead();
    }
    if (has_carrier_line_) WatchCarrier();
    if (call_ && !input_.empty() && call_->takes_input()) {
      const std::vector<std::uint8_t> input = std::exchange(input_, {});
      events_.OnInput(*call_, input);
    }
    if (call_) {
      const bool hung_up = stopping_ || call_->hung_up();
      Write(call_->TakeOutput());
      if (hung_up) EndCall();
    }
  }
  if (reading) {
    CancelIoEx(port_.get(), &reading_);
    DWORD size = 0;
    GetOverlappedResult(port_.get(), &reading_, &size, TRUE);
  }
}

// False when the other end is gone for now.
bool ComPort::ReadAgain() {
  reading_ = {};
  reading_.hEvent = read_done_.get();
  return ReadFile(port_.get(), buffer_.data(), static_cast<DWORD>(buffer_.size()), nullptr,
                  &reading_) ||
         GetLastError() == ERROR_IO_PENDING;
}

void ComPort::OnRead() {
  DWORD size = 0;
  const bool ok = GetOverlappedResult(port_.get(), &reading_, &size, FALSE) != FALSE;
  const DWORD error = GetLastError();
  if (call_) {
    input_.assign(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size));
    // A read may also end by its time-out, as an error or with no bytes.
    if (!ok && error != ERROR_TIMEOUT) events_.OnHangUp(*call_);
  } else if (size != 0 && !stopping_) {
    Ring();
  }
}

void ComPort::WatchCarrier() {
  DWORD lines = 0;
  GetCommModemStatus(port_.get(), &lines);
  const bool carrier = (lines & MS_RLSD_ON) != 0;
  if (carrier == std::exchange(carrier_, carrier)) return;
  if (carrier && !call_ && !stopping_) {
    Ring();
  } else if (!carrier && call_) {
    events_.OnHangUp(*call_);
  }
}

void ComPort::Ring() {
  call_ = std::make_shared<Call>(*this);
  events_.OnRing(call_);
}

void ComPort::EndCall() {
  call_.reset();
  input_.clear();
  EscapeCommFunction(port_.get(), CLRDTR);
  WaitForSingleObject(changed_.get(), has_carrier_line_ ? kHangUpMs : 0);
  EscapeCommFunction(port_.get(), SETDTR);
}

void ComPort::Write(const std::vector<std::uint8_t>& bytes) {
  if (bytes.empty()) return;
  OVERLAPPED writing{};
  writing.hEvent = write_done_.get();
  DWORD size = 0;
  if (WriteFile(port_.get(), bytes.data(), static_cast<DWORD>(bytes.size()), nullptr, &writing) ||
      GetLastError() == ERROR_IO_PENDING) {
    GetOverlappedResult(port_.get(), &writing, &size, TRUE);
  }
}

}  // namespace rasshost
