// SPDX-License-Identifier: MIT
// Callers on a serial port, one after the other.
//
// A call begins when the carrier comes up, or with the first input where there is no carrier line;
// that input only rings. It ends when the carrier drops or the other end is gone.
#pragma once

#include <windows.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "emulator/line.h"
#include "windows/unique_handle.h"

namespace rasshost {

class ComPort {
 public:
  ComPort(LineEvents& events, std::string name);
  ~ComPort();

  // Returns a Win32 error code.
  DWORD Open();
  void Start();
  void Stop();

 private:
  class Call;

  void Run();
  bool ReadAgain();
  void OnRead();
  void WatchCarrier();
  void Ring();
  void EndCall();
  void Write(const std::vector<std::uint8_t>& bytes);

  LineEvents& events_;
  const std::string name_;
  UniqueHandle port_;
  UniqueHandle read_done_;
  UniqueHandle write_done_;
  UniqueHandle changed_;  // a call wants something, or Stop
  bool has_carrier_line_ = false;
  bool carrier_ = false;

  // thread_ only
  OVERLAPPED reading_{};
  std::array<std::uint8_t, 4096> buffer_;  // belongs to the driver while a read is pending
  std::vector<std::uint8_t> input_;        // read, not yet taken by the call
  std::shared_ptr<Call> call_;

  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace rasshost
