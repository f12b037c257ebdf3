// SPDX-License-Identifier: MIT
#include "emulator/emulated_service.h"

#include <array>
#include <cstddef>
#include <variant>

#include "emulator/command_line.h"
#include "emulator/console.h"
#include "emulator/emulation.h"
#include "emulator/exit_codes.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

constexpr wchar_t kName[] = L"RemoteAccess";
// For the longest step of a start or stop, such as a DLL that is slow to load or to end a dialog.
constexpr DWORD kWaitHintMs = 120000;

// A service of svchost.exe, as the genuine RemoteAccess is, names its DLL there. It still does when
// somebody has put another program in the place of svchost.exe.
bool IsOfSvchost() noexcept {
  constexpr wchar_t kKey[] = L"SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters";
  return RegGetValueW(HKEY_LOCAL_MACHINE, kKey, L"ServiceDll", RRF_RT_ANY, nullptr, nullptr,
                      nullptr) == ERROR_SUCCESS;
}

std::string ProgramOf(SC_HANDLE service) {
  // The most that the function can need.
  alignas(QUERY_SERVICE_CONFIGW) std::array<std::byte, 8192> memory;
  auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(memory.data());
  DWORD needed = 0;
  if (!QueryServiceConfigW(service, config, memory.size(), &needed)) return "unknown";
  return ToUtf8(config->lpBinaryPathName);
}

// Why this process is not that of a RemoteAccess service of ours; empty when it is.
std::string WhyNotTheService() {
  const UniqueServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  const UniqueServiceHandle service(
      OpenServiceW(manager.get(), kName, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG));
  if (!service) {
    return "the RemoteAccess service cannot be asked for: error " + std::to_string(GetLastError());
  }
  SERVICE_STATUS_PROCESS status{};
  DWORD needed = 0;
  QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                       sizeof(status), &needed);
  if (status.dwProcessId != GetCurrentProcessId()) {
    return "this process is not that of the RemoteAccess service, which is '" +
           ProgramOf(service.get()) + "'";
  }
  if (IsOfSvchost()) return "the RemoteAccess service has a ServiceDll: it is the genuine one";
  return {};
}

}  // namespace

int EmulatedService::Run(std::vector<std::string> arguments) {
  // Never freed: the service manager may call at any time.
  running_ = new EmulatedService(std::move(arguments));
  std::wstring name = kName;
  const SERVICE_TABLE_ENTRYW services[] = {{name.data(), &Main}, {nullptr, nullptr}};
  if (!StartServiceCtrlDispatcherW(services)) {
    // Not started by the service manager.
    Complain("--service: " + WhyNotTheService());
    return kNotTheService;
  }
  // Which may take longer than the service.
  WaitForSingleObject(running_->main_ended_.get(), INFINITE);
  return running_->exit_code_;
}

void WINAPI EmulatedService::Main(DWORD argc, wchar_t** argv) {
  EmulatedService& service = *running_;
  service.status_ = RegisterServiceCtrlHandlerExW(kName, &Control, nullptr);
  service.Report(SERVICE_START_PENDING, 0);
  std::vector<std::string> start_arguments;
  for (DWORD i = 1; i < argc; ++i) start_arguments.push_back(ToUtf8(argv[i]));
  service.exit_code_ = service.Serve(start_arguments);
  if (!service.stopped_) service.Report(SERVICE_STOPPED, service.exit_code_);
  SetEvent(service.main_ended_.get());
}

int EmulatedService::Serve(const std::vector<std::string>& start_arguments) {
  if (const std::string reason = WhyNotTheService(); !reason.empty()) {
    Complain("--service: " + reason);
    return kNotTheService;
  }
  std::vector<std::string> arguments = arguments_;
  arguments.insert(arguments.end(), start_arguments.begin(), start_arguments.end());
  const auto options = ReadCommandLine(arguments);
  if (const int* const exit_code = std::get_if<int>(&options)) return *exit_code;
  return Emulation::Run(std::get<EmulatorOptions>(options), this);
}

DWORD WINAPI EmulatedService::Control(DWORD control, DWORD, void*, void*) {
  switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
      // The state changes when the emulator has noticed.
      Emulation::RequestStop();
      return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
      return NO_ERROR;
    default:
      return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

void EmulatedService::OnServiceState(ServiceState state, int exit_code) noexcept {
  switch (state) {
    case ServiceState::kRunning:
      Report(SERVICE_RUNNING, exit_code);
      break;
    case ServiceState::kStopPending:
      Report(SERVICE_STOP_PENDING, exit_code);
      break;
    case ServiceState::kStopped:
      Report(SERVICE_STOPPED, exit_code);
      stopped_ = true;
      break;
  }
}

void EmulatedService::Report(DWORD state, int exit_code) noexcept {
  SERVICE_STATUS status{};
  status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  status.dwCurrentState = state;
  const bool changes = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
  status.dwWaitHint = changes ? kWaitHintMs : 0;
  if (state == SERVICE_RUNNING) {
    status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN;
  }
  if (state == SERVICE_STOPPED && exit_code != 0) {
    status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = static_cast<DWORD>(exit_code);
  }
  SetServiceStatus(status_, &status);
}

}  // namespace rasshost
