// SPDX-License-Identifier: MIT
// Callers by the hundred: dials the emulator over loopback TCP, types, and measures what the caller
// sees. One thread, an event loop; a caller who has been hung up on dials again until all dialogs
// have been held.
//
//   load --port PORT --mode MODE --callers N --dialogs N [--seconds LIMIT]
//
// Modes: keystroke: a key at a time, each awaits its echo. burst: a line at once. hold: everybody
// waits at the first prompt, `held` is printed, and when standard input ends they go on with a line
// at once. leave: the same, but they hang up instead. echo: no dialog, each key comes back as it is
// (the floor program); a dialog is a thousand keys.
//
// Prints one JSON object; times in microseconds.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kUser = "alice";
constexpr std::string_view kPasscode = "123456";
constexpr std::string_view kFirstPrompt = "User name: ";
constexpr std::string_view kSecondPrompt = "Passcode: ";
constexpr std::string_view kWelcome = "Welcome.\r\n";
// What a RAS client sends when its user has pressed Done: the beginning of its first PPP frame.
constexpr std::string_view kDone = "\x7e\xff\x7d\x23";
constexpr std::size_t kEchoedKeys = 1000;

// What a caller sees from the first byte to the last, and what they type meanwhile.
struct Script {
  struct Stop {
    std::size_t seen;   // when so many bytes have been seen
    std::string typed;  // this is typed,
    bool awaits_echo;   // and how long the next byte takes is measured
  };
  std::string shown;
  std::vector<Stop> stops;
  std::size_t first_prompt = 0;  // bytes up to its end; 0: none
  bool caller_hangs_up = false;  // at the end, else the server does
};

void TypeLine(Script& script, std::string_view line, char mask, bool keystrokes) {
  if (!keystrokes) script.stops.push_back({script.shown.size(), std::string(line) + "\r", false});
  for (const char key : line) {
    if (keystrokes) script.stops.push_back({script.shown.size(), {key}, true});
    script.shown += mask == '\0' ? key : mask;
  }
  if (keystrokes) script.stops.push_back({script.shown.size(), "\r", false});
  script.shown += "\r\n";
}

Script DialogScript(bool keystrokes) {
  Script script;
  script.shown = kFirstPrompt;
  script.first_prompt = script.shown.size();
  TypeLine(script, kUser, '\0', keystrokes);
  script.shown += kSecondPrompt;
  TypeLine(script, kPasscode, '*', keystrokes);
  script.shown += kWelcome;
  script.stops.push_back({script.shown.size(), std::string(kDone), false});
  return script;
}

Script LeaveScript() {
  Script script;
  script.shown = kFirstPrompt;
  script.first_prompt = script.shown.size();
  return script;
}

Script EchoScript() {
  Script script;
  script.shown = std::string(kEchoedKeys, 'x');
  for (std::size_t i = 0; i < kEchoedKeys; ++i) script.stops.push_back({i, "x", true});
  script.caller_hangs_up = true;
  return script;
}

struct Options {
  std::uint16_t port = 0;
  std::string mode;
  std::uint32_t callers = 1;
  std::uint32_t dialogs = 1;
  std::uint32_t seconds = 60;
};

struct Caller {
  int socket = -1;
  bool connected = false;
  std::size_t seen = 0;  // bytes of the script's
  std::size_t next_stop = 0;
  bool awaits_echo = false;
  Clock::time_point dialled;
  Clock::time_point typed;
};

class Load {
 public:
  Load(const Options& options, Script script)
      : options_(options),
        script_(std::move(script)),
        gathers_(options.mode == "hold" || options.mode == "leave"),
        epoll_(epoll_create1(0)),
        callers_(options.callers) {}

  int Run() {
    const auto start = Clock::now();
    for (Caller& caller : callers_) Dial(caller);
    if (gathers_) Watch(STDIN_FILENO, nullptr, EPOLLIN);
    const auto limit = start + std::chrono::seconds(options_.seconds);
    std::array<epoll_event, 256> events;
    while (open_ > 0 && !(gathers_ && errors_ > 0)) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now()).count();
      if (left <= 0) break;
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(left));
      for (int i = 0; i < count; ++i) {
        auto* const caller = static_cast<Caller*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (caller == nullptr) {
          Release();
        } else {
          OnReady(*caller);
        }
      }
    }
    Print(Clock::now() - start);
    return 0;
  }

 private:
  void Watch(int file, Caller* caller, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = caller;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event);
  }

  void Dial(Caller& caller) {
    if (dialled_ == options_.dialogs) return;
    ++dialled_;
    ++open_;
    caller = Caller{};
    caller.dialled = Clock::now();
    caller.socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int yes = 1;
    setsockopt(caller.socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool failed =
        connect(caller.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS;
    if (failed) return HangUp(caller, false);
    Watch(caller.socket, &caller, EPOLLIN | EPOLLOUT | EPOLLET);
  }

  void OnReady(Caller& caller) {
    if (!caller.connected) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(caller.socket, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) return HangUp(caller, false);
      caller.connected = true;
      Type(caller);
    }
    std::array<char, 512> input;
    for (;;) {
      const ssize_t count = recv(caller.socket, input.data(), input.size(), 0);
      if (count < 0 && errno == EAGAIN) return;
      const bool all_seen = caller.seen == script_.shown.size();
      // A reset when the server had not read all of the caller's PPP.
      const bool hung_up = count == 0 || (count < 0 && errno == ECONNRESET);
      if (count <= 0) return HangUp(caller, hung_up && all_seen);
      if (!See(caller, {input.data(), static_cast<std::size_t>(count)})) {
        return HangUp(caller, false);
      }
      if (script_.caller_hangs_up && caller.seen == script_.shown.size()) {
        return HangUp(caller, true);
      }
    }
  }

  // False when it is not what the script says.
  bool See(Caller& caller, std::string_view input) {
    const std::size_t left = script_.shown.size() - caller.seen;
    // Behind the script there is PPP.
    const std::string_view text = input.substr(0, left);
    if (std::string_view(script_.shown).substr(caller.seen, text.size()) != text) return false;
    const auto now = Clock::now();
    const bool had_prompt = caller.seen >= script_.first_prompt;
    caller.seen += text.size();
    if (!had_prompt && caller.seen >= script_.first_prompt) {
      begin_.push_back(now - caller.dialled);
      if (gathers_ && begin_.size() == callers_.size()) {
        std::puts("held");
        std::fflush(stdout);
      }
    }
    if (caller.awaits_echo && !text.empty()) {
      echo_.push_back(now - caller.typed);
      caller.awaits_echo = false;
    }
    Type(caller);
    return true;
  }

  void Type(Caller& caller) {
    if (caller.next_stop == script_.stops.size() || (gathers_ && !released_)) return;
    const Script::Stop& stop = script_.stops[caller.next_stop];
    if (caller.seen < stop.seen) return;
    ++caller.next_stop;
    caller.awaits_echo = stop.awaits_echo;
    caller.typed = Clock::now();
    // A line that is gone shows at the next recv.
    send(caller.socket, stop.typed.data(), stop.typed.size(), MSG_NOSIGNAL);
  }

  void HangUp(Caller& caller, bool as_scripted) {
    close(caller.socket);
    --open_;
    ++(as_scripted ? held_ : errors_);
    Dial(caller);
  }

  void Release() {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, STDIN_FILENO, nullptr);
    released_ = true;
    for (Caller& caller : callers_) {
      Type(caller);
      // Hangs up, and waits for the server to have noticed.
      if (script_.stops.empty()) shutdown(caller.socket, SHUT_WR);
    }
  }

  static void PrintTimes(const char* name, std::vector<Clock::duration>& times) {
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
      if (times.empty()) return 0.0;
      const auto index = static_cast<std::size_t>(share * static_cast<double>(times.size() - 1));
      return std::chrono::duration<double, std::micro>(times[index]).count();
    };
    std::printf(", \"%s\": {\"count\": %zu, \"p50\": %.1f, \"p99\": %.1f}", name, times.size(),
                at(0.5), at(0.99));
  }

  void Print(Clock::duration took) {
    // Those who are still on the line when the time is up have not been served.
    const double seconds = std::chrono::duration<double>(took).count();
    std::printf(
        "{\"callers\": %u, \"dialogs\": %u, \"errors\": %u, \"seconds\": %.3f, "
        "\"dialogsPerSecond\": %.2f",
        options_.callers, held_, errors_ + open_, seconds, held_ / seconds);
    PrintTimes("begin", begin_);
    PrintTimes("echo", echo_);
    std::puts("}");
  }

  const Options options_;
  const Script script_;
  const bool gathers_;  // at the first prompt
  const int epoll_;
  std::vector<Caller> callers_;
  std::uint32_t dialled_ = 0;
  std::uint32_t open_ = 0;
  std::uint32_t held_ = 0;
  std::uint32_t errors_ = 0;
  bool released_ = false;
  std::vector<Clock::duration> begin_;  // from dialling to the first prompt
  std::vector<Clock::duration> echo_;
};

bool ParseNumber(std::string_view text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool Parse(int argc, char** argv, Options& options) {
  std::uint32_t port = 0;
  const std::map<std::string_view, std::uint32_t*> numbers{{"--port", &port},
                                                           {"--callers", &options.callers},
                                                           {"--dialogs", &options.dialogs},
                                                           {"--seconds", &options.seconds}};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string_view(argv[i]) == "--mode") {
      options.mode = argv[i + 1];
      continue;
    }
    const auto found = numbers.find(argv[i]);
    if (found == numbers.end() || !ParseNumber(argv[i + 1], *found->second)) return false;
  }
  options.port = static_cast<std::uint16_t>(port);
  return argc % 2 == 1 && port != 0 && options.callers > 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) {
    std::fputs("load --port PORT --mode MODE --callers N --dialogs N [--seconds LIMIT]\n", stderr);
    return 2;
  }
  const std::map<std::string_view, Script> scripts{{"keystroke", DialogScript(true)},
                                                   {"burst", DialogScript(false)},
                                                   {"hold", DialogScript(false)},
                                                   {"leave", LeaveScript()},
                                                   {"echo", EchoScript()}};
  const auto script = scripts.find(options.mode);
  if (script == scripts.end()) {
    std::fprintf(stderr, "load: no such mode: %s\n", options.mode.c_str());
    return 2;
  }
  return Load(options, script->second).Run();
}
