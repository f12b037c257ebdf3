// SPDX-License-Identifier: MIT
// worker_start.exe ROUNDS NODE WORKER POLICY FLOOR PACKAGE: how long a worker takes from its start,
// as rasshost.dll does it, to its Ready frame, in turn with how long `NODE -e 0` and `NODE FLOOR
// PACKAGE` take from their starts to their ends. Prints one JSON object, milliseconds round by
// round.
#include <windows.h>

#include <cstdio>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bench/native/hops.h"
#include "common/frame.h"
#include "security_dll/worker_process.h"
#include "windows/channel.h"

namespace rasshost {
namespace {

constexpr DWORD kPatienceMs = 30'000;

int Fail(const char* what, DWORD error) {
  std::fprintf(stderr, "worker_start: %s: error %lu\n", what, error);
  return 1;
}

double MillisecondsSince(LONGLONG start) noexcept {
  LARGE_INTEGER frequency;
  QueryPerformanceFrequency(&frequency);
  return static_cast<double>(Now() - start) * 1e3 / static_cast<double>(frequency.QuadPart);
}

DWORD MeasureNode(const std::wstring& node, const std::wstring& arguments, double& milliseconds) {
  std::wstring command_line = L"\"" + node + L"\" " + arguments;
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  const LONGLONG start = Now();
  if (!CreateProcessW(node.c_str(), command_line.data(), nullptr, nullptr, FALSE, DETACHED_PROCESS,
                      nullptr, nullptr, &startup, &process)) {
    return GetLastError();
  }
  const UniqueHandle thread(process.hThread);
  const UniqueHandle handle(process.hProcess);
  if (WaitForSingleObject(handle.get(), kPatienceMs) != WAIT_OBJECT_0) return ERROR_TIMEOUT;
  milliseconds = MillisecondsSince(start);
  return NO_ERROR;
}

DWORD AwaitReady(Channel& channel, const WorkerProcess& worker) {
  const HANDLE either[] = {channel.wake_event(), worker.process.get()};
  std::vector<std::byte> bytes;
  for (;;) {
    while (channel.Read(bytes) == RingStatus::kOk) {
      const auto frame = Decode(bytes, Direction::kToHost);
      if (!frame) return ERROR_INVALID_DATA;
      if (std::holds_alternative<Ready>(frame->message)) return NO_ERROR;
      if (const auto* refused = std::get_if<Refused>(&frame->message)) {
        std::fprintf(stderr, "%s\n", refused->reason.c_str());
        return ERROR_BAD_CONFIGURATION;
      }
    }
    if (!channel.Sleep()) continue;
    switch (WaitForMultipleObjects(2, either, FALSE, kPatienceMs)) {
      case WAIT_OBJECT_0:
        continue;
      case WAIT_OBJECT_0 + 1:
        return ERROR_PROCESS_ABORTED;
      default:
        return ERROR_TIMEOUT;
    }
  }
}

DWORD MeasureWorker(const Settings& settings, double& milliseconds) {
  auto channel = Channel::Create();
  if (!channel) return GetLastError();
  WorkerProcess worker;
  const char* what = "";
  const LONGLONG start = Now();
  DWORD error = StartWorkerProcess(settings, channel->handles(), nullptr, worker, what);
  if (error == NO_ERROR) error = AwaitReady(*channel, worker);
  milliseconds = MillisecondsSince(start);
  if (!worker.process) return error;
  worker.job.reset();
  // Its end is none of the next round's business.
  WaitForSingleObject(worker.process.get(), kPatienceMs);
  return error;
}

void PrintList(const char* name, const std::vector<double>& values) {
  std::printf("\"%s\":[", name);
  const char* separator = "";
  for (const double value : values) std::printf("%s%.3f", std::exchange(separator, ","), value);
  std::printf("]");
}

int Run(int argc, wchar_t** argv) {
  if (argc != 7) {
    return Fail("worker_start.exe ROUNDS NODE WORKER POLICY FLOOR PACKAGE", ERROR_BAD_ARGUMENTS);
  }
  const int rounds = std::stoi(argv[1]);
  Settings settings;
  settings.node_path = argv[2];
  settings.worker_path = argv[3];
  settings.policy_path = argv[4];
  settings.worker_token = WorkerToken::kSame;
  const std::wstring floor_arguments =
      L"\"" + std::wstring(argv[5]) + L"\" \"" + std::wstring(argv[6]) + L"\"";

  std::vector<double> bare_node;
  std::vector<double> floor;
  std::vector<double> worker;
  for (int round = 0; round < rounds; ++round) {
    if (const DWORD error = MeasureNode(settings.node_path, L"-e 0", bare_node.emplace_back())) {
      return Fail("bare node.exe", error);
    }
    if (const DWORD error =
            MeasureNode(settings.node_path, floor_arguments, floor.emplace_back())) {
      return Fail("floor", error);
    }
    if (const DWORD error = MeasureWorker(settings, worker.emplace_back())) {
      return Fail("worker", error);
    }
  }
  std::printf("{");
  PrintList("bareNode", bare_node);
  std::printf(",");
  PrintList("floor", floor);
  std::printf(",");
  PrintList("worker", worker);
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace rasshost

int wmain(int argc, wchar_t** argv) { return rasshost::Run(argc, argv); }
