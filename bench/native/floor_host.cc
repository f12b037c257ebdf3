// SPDX-License-Identifier: MIT
// floor.exe NODE SCRIPT ADDON [--receive-event]: the floor program's half in the RAS server's
// place. What one TCP caller at a time types goes over the channel into JavaScript and comes back
// as its echo; nothing else happens. Its lines are the emulator's. With --receive-event what is
// typed is told by an event to a thread that waits for it, as RasSecurityDialogReceive does.
//
// Prints `listening 127.0.0.1:PORT`, and when its standard input ends how long each hop took: one
// JSON object, medians in microseconds.
#include <winsock2.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/native/hops.h"
#include "common/frame.h"
#include "emulator/tcp_lines.h"
#include "security_dll/worker_process.h"
#include "windows/channel.h"
#include "windows/srw_lock.h"

namespace rasshost {
namespace {

constexpr std::uint64_t kSession = 1;

class Floor final : public LineEvents {
 public:
  Floor(Channel channel, bool receive_event)
      : channel_(std::move(channel)), receive_event_(receive_event) {
    channel_.Sleep();
  }

  ChannelHandles handles() const { return channel_.handles(); }

  // On the lines' thread.
  void OnRing(std::shared_ptr<Line> line) override {
    line->Answer();
    const std::lock_guard lock(lock_);
    line_ = std::move(line);
  }
  void OnInput(Line&, std::span<const std::uint8_t> bytes) override {
    for (const std::uint8_t byte : bytes) Take(static_cast<char>(byte));
  }
  void OnHangUp(Line&) override {}

  // Each on a thread of its own.
  void ReadEvent() {
    for (;;) {
      WaitForSingleObject(received_.get(), INFINITE);
      std::vector<Keystroke> typed;
      {
        const std::lock_guard lock(lock_);
        typed.swap(typed_);
      }
      for (const Keystroke& keystroke : typed) ToWorker(keystroke);
    }
  }

  void ReadChannel() {
    std::vector<std::byte> bytes;
    for (;;) {
      WaitForSingleObject(channel_.wake_event(), INFINITE);
      const LONGLONG woken = Now();
      do {
        while (channel_.Read(bytes) == RingStatus::kOk) Show(bytes, woken);
      } while (!channel_.Sleep());
    }
  }

  void PrintHops() {
    const std::lock_guard lock(lock_);
    std::printf(
        "{\"socketToChannel\":%.1f,\"channelToReader\":%.1f,\"readerToJavaScript\":%.1f,"
        "\"javaScriptToHost\":%.1f,\"hostToSocket\":%.1f}\n",
        Median(kTyped, kTaken), Median(kTaken, kReaderWoken), Median(kReaderWoken, kInJavaScript),
        Median(kInJavaScript, kHostWoken), Median(kHostWoken, kShown));
    std::fflush(stdout);
  }

 private:
  void Take(char key) {
    Keystroke keystroke{key, {}};
    keystroke.at[kTyped] = Now();
    if (!receive_event_) return ToWorker(keystroke);
    {
      const std::lock_guard lock(lock_);
      typed_.push_back(keystroke);
    }
    SetEvent(received_.get());
  }

  void ToWorker(Keystroke keystroke) {
    keystroke.at[kTaken] = Now();
    std::vector<std::byte> bytes;
    Encode({kSession, Received{NO_ERROR, keystroke.ToBytes()}}, bytes);
    channel_.Write(bytes);
    channel_.Wake();
  }

  void Show(const std::vector<std::byte>& bytes, LONGLONG woken) {
    const auto frame = Decode(bytes, Direction::kToHost);
    const auto* const echo = frame ? std::get_if<Send>(&frame->message) : nullptr;
    if (echo == nullptr) return;
    Keystroke keystroke = Keystroke::From(echo->data);
    keystroke.at[kHostWoken] = woken;
    const std::uint8_t byte = static_cast<std::uint8_t>(keystroke.key);
    const std::lock_guard lock(lock_);
    line_->Write({&byte, 1});
    keystroke.at[kShown] = Now();
    shown_.push_back(keystroke);
  }

  // Microseconds between two hops. With lock_ held.
  double Median(Hop from, Hop to) {
    if (shown_.empty()) return 0;
    std::vector<LONGLONG> times;
    for (const Keystroke& keystroke : shown_)
      times.push_back(keystroke.at[to] - keystroke.at[from]);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    return static_cast<double>(*middle) * 1e6 / static_cast<double>(frequency.QuadPart);
  }

  Channel channel_;
  const bool receive_event_;
  const UniqueHandle received_{CreateEventW(nullptr, FALSE, FALSE, nullptr)};
  SrwLock lock_;
  std::shared_ptr<Line> line_;    // lock_; the caller
  std::vector<Keystroke> typed_;  // lock_
  std::vector<Keystroke> shown_;  // lock_
};

int Fail(const char* what, DWORD error) {
  std::fprintf(stderr, "floor: %s: error %lu\n", what, error);
  return 1;
}

int Run(int argc, wchar_t** argv) {
  if (argc < 4) return Fail("floor.exe NODE SCRIPT ADDON [--receive-event]", ERROR_BAD_ARGUMENTS);
  Settings settings;
  settings.node_path = argv[1];
  settings.worker_path = argv[2];
  settings.policy_path = argv[3];
  settings.worker_token = WorkerToken::kSame;
  const bool receive_event = argc > 4 && std::wstring_view(argv[4]) == L"--receive-event";

  auto channel = Channel::Create();
  if (!channel) return Fail("creating the channel", GetLastError());
  Floor floor(std::move(*channel), receive_event);
  WorkerProcess worker;
  const char* what = "";
  if (const DWORD error = StartWorkerProcess(settings, floor.handles(), nullptr, worker, what)) {
    return Fail(what, error);
  }

  WSADATA winsock;
  WSAStartup(MAKEWORD(2, 2), &winsock);
  TcpLines lines(floor);
  if (const int error = lines.Listen("127.0.0.1", 0)) {
    return Fail("listening", static_cast<DWORD>(error));
  }
  lines.Start();
  for (auto run : {&Floor::ReadChannel, &Floor::ReadEvent}) std::thread(run, &floor).detach();
  std::printf("listening %s\n", lines.Address().c_str());
  std::fflush(stdout);

  while (std::getchar() != EOF) {
  }
  floor.PrintHops();
  // The threads wait for good, and the job ends the worker.
  TerminateProcess(GetCurrentProcess(), 0);
  return 0;
}

}  // namespace
}  // namespace rasshost

int wmain(int argc, wchar_t** argv) { return rasshost::Run(argc, argv); }
