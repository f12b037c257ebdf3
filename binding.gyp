# For `node-gyp rebuild` with MSVC. The sources are those of the CMake build, which is the one that
# the published binaries come from. There is nothing to build on other systems.
{
  'target_defaults': {
    'include_dirs': ['native'],
    'defines': [
      'RASSHOST_BUILD_ID="<!(node native/build_id.js)"',
      'UNICODE', '_UNICODE', 'WIN32_LEAN_AND_MEAN', 'NOMINMAX',
      '_WIN32_WINNT=0x0A00', 'WINVER=0x0A00',
    ],
    'msvs_settings': {
      'VCCLCompilerTool': {
        'ExceptionHandling': 1,
        'AdditionalOptions': [
          '/std:c++20', '/W4', '/WX', '/permissive-', '/sdl', '/guard:cf', '/utf-8',
        ],
      },
      'VCLinkerTool': {
        'AdditionalOptions': [
          '/guard:cf', '/DYNAMICBASE', '/NXCOMPAT', '/HIGHENTROPYVA', '/Brepro',
        ],
      },
    },
  },
  'conditions': [
    ['OS=="win"', {
      'targets': [
        {
          'target_name': 'rasshost',
          'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
          'defines': [
            'NAPI_VERSION=8',
            'NAPI_CPP_EXCEPTIONS',
            'NODE_ADDON_API_DISABLE_DEPRECATED',
            'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
          ],
          'sources': [
            '<!@(node native/list_sources.js common windows addon)',
            'native/addon/exports.def',
          ],
        },
        {
          # Not "rasshost": the addon has that name, and the two differ in their extension only.
          'target_name': 'rasshost_dll',
          'type': 'shared_library',
          'product_name': 'rasshost',
          'product_extension': 'dll',
          'win_delay_load_hook': 'false',
          'sources': [
            '<!@(node native/list_sources.js common windows security_dll)',
            'native/security_dll/exports.def',
          ],
          # Needs mc.exe, the message compiler of the Windows SDK, in PATH.
          'actions': [
            {
              'action_name': 'message table',
              'inputs': ['native/security_dll/events.mc'],
              'outputs': ['<(INTERMEDIATE_DIR)/events.rc'],
              'action': [
                'mc', '-h', '<(INTERMEDIATE_DIR)', '-r', '<(INTERMEDIATE_DIR)', '<@(_inputs)',
              ],
              'process_outputs_as_sources': 1,
            },
          ],
        },
        {
          'target_name': 'rasman',
          'type': 'shared_library',
          'product_extension': 'dll',
          'win_delay_load_hook': 'false',
          'sources': [
            '<!@(node native/list_sources.js emulator)',
            'native/emulator/rasman.def',
          ],
          'libraries': ['-lws2_32.lib'],
        },
        {
          'target_name': 'ras_server',
          'type': 'executable',
          'product_name': 'ras-server',
          'win_delay_load_hook': 'false',
          'sources': ['<!@(node native/list_sources.js ras_server)'],
        },
      ],
    }, {
      'targets': [{ 'target_name': 'rasshost', 'type': 'none' }],
    }],
  ],
}
