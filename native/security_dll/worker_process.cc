// SPDX-License-Identifier: MIT
#include "security_dll/worker_process.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "security_dll/worker_job.h"
#include "security_dll/worker_token.h"

namespace rasshost {
namespace {

// An inheritable duplicate, which lives only as long as the start takes: another thread of this
// process may be starting a child of its own that inherits everything inheritable.
UniqueHandle Inheritable(HANDLE handle, DWORD access) noexcept {
  UniqueHandle copy;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.put(), access, TRUE, 0);
  return copy;
}

UniqueHandle InheritableAsItIs(HANDLE handle) noexcept {
  UniqueHandle copy;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.put(), 0, TRUE,
                  DUPLICATE_SAME_ACCESS);
  return copy;
}

UniqueHandle OpenNul() noexcept {
  SECURITY_ATTRIBUTES inheritable{sizeof(inheritable), nullptr, TRUE};
  return UniqueHandle(CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE, &inheritable, OPEN_EXISTING,
                                  0, nullptr));
}

// Paths can't contain quotation marks; one that does would end its argument early.
bool IsQuotable(const std::wstring& path) { return path.find(L'"') == std::wstring::npos; }

bool IsFilePath(const std::wstring& path) {
  return !path.empty() && IsQuotable(path) && path.back() != L'\\';
}

// A backslash before the closing quotation mark would make it part of the argument: each stands
// there twice, as in L"C:\\\\".
std::wstring Quoted(const std::wstring& path) {
  const std::size_t last = path.find_last_not_of(L'\\');
  const std::size_t backslashes = path.size() - (last == std::wstring::npos ? 0 : last + 1);
  return L"\"" + path + std::wstring(backslashes, L'\\') + L"\"";
}

std::wstring Number(HANDLE handle) {
  return std::to_wstring(reinterpret_cast<std::uintptr_t>(handle));
}

// This process's environment without the variables with which Node and the worker's libraries can
// be made to load other code or settings.
constexpr std::array<std::wstring_view, 4> kDropped{L"NODE_", L"JITI_", L"OPENSSL_", L"RASSHOST_"};

std::vector<wchar_t> Environment() {
  const std::unique_ptr<wchar_t, decltype(&FreeEnvironmentStringsW)> all(GetEnvironmentStringsW(),
                                                                         FreeEnvironmentStringsW);
  std::vector<wchar_t> kept;
  for (const wchar_t* at = all.get(); at != nullptr && *at != L'\0';) {
    const std::wstring_view entry(at);
    if (std::none_of(kDropped.begin(), kDropped.end(), [&](std::wstring_view prefix) {
          return _wcsnicmp(at, prefix.data(), prefix.size()) == 0;
        })) {
      kept.insert(kept.end(), entry.begin(), entry.end());
      kept.push_back(L'\0');
    }
    at += entry.size() + 1;
  }
  kept.push_back(L'\0');
  return kept;
}

// Owns a PROC_THREAD_ATTRIBUTE_LIST.
class AttributeList {
 public:
  explicit AttributeList(DWORD count) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, count, 0, &size);
    storage_.resize(size);
    ok_ = InitializeProcThreadAttributeList(get(), count, 0, &size) != FALSE;
  }
  AttributeList(const AttributeList&) = delete;
  AttributeList& operator=(const AttributeList&) = delete;
  ~AttributeList() {
    if (ok_) DeleteProcThreadAttributeList(get());
  }

  // `value` has to live as long as the list.
  template <typename Value>
  bool Set(DWORD_PTR attribute, Value& value) noexcept {
    return ok_ &&
           UpdateProcThreadAttribute(get(), 0, attribute, &value, sizeof(value), nullptr, nullptr);
  }
  LPPROC_THREAD_ATTRIBUTE_LIST get() noexcept {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(storage_.data());
  }

 private:
  std::vector<std::byte> storage_;
  bool ok_ = false;
};

// Those that Node.js stands: its compiler makes code, and neither it nor addons are Microsoft's.
constexpr DWORD64 kMitigations =
    PROCESS_CREATION_MITIGATION_POLICY_HEAP_TERMINATE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_BOTTOM_UP_ASLR_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_HIGH_ENTROPY_ASLR_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_EXTENSION_POINT_DISABLE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_FONT_DISABLE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_REMOTE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_LOW_LABEL_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_PREFER_SYSTEM32_ALWAYS_ON;
}  // namespace

DWORD StartWorkerProcess(const Settings& settings, const ChannelHandles& channel,
                         HANDLE worker_output, WorkerProcess& started, const char*& what) {
  what = "NodePath, WorkerPath and PolicyPath under HKLM\\SOFTWARE\\rasshost";
  for (const auto& path : {settings.node_path, settings.worker_path, settings.policy_path}) {
    if (!IsFilePath(path)) return ERROR_BAD_CONFIGURATION;
  }
  what = "TapeDirectory under HKLM\\SOFTWARE\\rasshost";
  if (!IsQuotable(settings.tape_directory)) return ERROR_BAD_CONFIGURATION;

  UniqueHandle token;
  if (const DWORD error = CreateWorkerToken(settings.worker_token, token, what);
      error != NO_ERROR) {
    return error;
  }

  what = "duplicating the channel";
  const UniqueHandle section = Inheritable(channel.section, SECTION_MAP_READ | SECTION_MAP_WRITE);
  const UniqueHandle to_worker = Inheritable(channel.to_worker, SYNCHRONIZE);
  const UniqueHandle to_host = Inheritable(channel.to_host, EVENT_MODIFY_STATE);
  const UniqueHandle nul = OpenNul();
  const UniqueHandle output = worker_output ? InheritableAsItIs(worker_output) : OpenNul();
  if (!section || !to_worker || !to_host || !nul || !output) return GetLastError();

  what = "creating the worker's job";
  UniqueHandle job = CreateWorkerJob(settings);
  if (!job) return GetLastError();

  std::array<HANDLE, 5> inherited{section.get(), to_worker.get(), to_host.get(), nul.get(),
                                  output.get()};
  HANDLE jobs = job.get();
  DWORD64 mitigations = kMitigations;
  DWORD child_processes = PROCESS_CREATION_CHILD_PROCESS_RESTRICTED;
  what = "preparing the worker's start";
  AttributeList attributes(4);
  if (!attributes.Set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited) ||
      !attributes.Set(PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs) ||
      !attributes.Set(PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, mitigations) ||
      !attributes.Set(PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY, child_processes)) {
    return GetLastError();
  }

  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof(startup);
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = nul.get();
  startup.StartupInfo.hStdOutput = output.get();
  startup.StartupInfo.hStdError = output.get();
  startup.lpAttributeList = attributes.get();

  // Another user may not use the window station of this process, and gets its own.
  std::wstring no_desktop;
  if (settings.worker_token == WorkerToken::kService) {
    startup.StartupInfo.lpDesktop = no_desktop.data();
  }

  std::wstring command_line = Quoted(settings.node_path) + L" ";
  if (!settings.node_arguments.empty()) command_line += settings.node_arguments + L" ";
  command_line += Quoted(settings.worker_path) + L" " + Number(section.get()) + L"," +
                  Number(to_worker.get()) + L"," + Number(to_host.get()) + L" " +
                  Quoted(settings.policy_path);
  if (!settings.tape_directory.empty()) command_line += L" " + Quoted(settings.tape_directory);
  std::vector<wchar_t> environment = Environment();
  PROCESS_INFORMATION process{};
  what = "starting NodePath";
  // Without a console, whose window would be a process of its own in the job.
  if (!CreateProcessAsUserW(
          token.get(), settings.node_path.c_str(), command_line.data(), nullptr, nullptr, TRUE,
          EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT | DETACHED_PROCESS,
          environment.data(), nullptr, &startup.StartupInfo, &process)) {
    return GetLastError();
  }
  UniqueHandle(process.hThread).reset();
  started.process.reset(process.hProcess);
  started.job = std::move(job);
  return NO_ERROR;
}

}  // namespace rasshost
