#ifndef POBF_WASI_CALLS_H
#define POBF_WASI_CALLS_H

/*
 * All calls of WASI, preview 1 (wasi_snapshot_preview1.witx), and nothing else, may be imported.
 * A signature is a letter for each parameter, i for 32 bits and I for 64. Each call returns an error
 * number of 32 bits; but proc_exit, which does not return.
 */
#define WASI_PRESENT(X)                                                                            \
    X(args_get, "ii")                                                                              \
    X(args_sizes_get, "ii")                                                                        \
    X(clock_res_get, "ii")                                                                         \
    X(clock_time_get, "iIi")                                                                       \
    X(environ_get, "ii")                                                                           \
    X(environ_sizes_get, "ii")                                                                     \
    X(fd_close, "i")                                                                               \
    X(fd_fdstat_get, "ii")                                                                         \
    X(fd_fdstat_set_flags, "ii")                                                                   \
    X(fd_filestat_get, "ii")                                                                       \
    X(fd_pread, "iiiIi")                                                                           \
    X(fd_prestat_dir_name, "iii")                                                                  \
    X(fd_prestat_get, "ii")                                                                        \
    X(fd_read, "iiii")                                                                             \
    X(fd_readdir, "iiiIi")                                                                         \
    X(fd_seek, "iIii")                                                                             \
    X(fd_tell, "ii")                                                                               \
    X(fd_write, "iiii")                                                                            \
    X(path_filestat_get, "iiiii")                                                                  \
    X(path_open, "iiiiiIIii")                                                                      \
    X(proc_exit, "i")                                                                              \
    X(random_get, "ii")                                                                            \
    X(sched_yield, "")

/* Says that there is nothing to write to. With the types again, for the compiler. */
#define WASI_READ_ONLY(X)                                                                          \
    X(fd_allocate, "iII", uint32_t, uint64_t, uint64_t)                                            \
    X(fd_filestat_set_size, "iI", uint32_t, uint64_t)                                              \
    X(fd_filestat_set_times, "iIIi", uint32_t, uint64_t, uint64_t, uint32_t)                       \
    X(fd_pwrite, "iiiIi", uint32_t, uint32_t, uint32_t, uint64_t, uint32_t)                        \
    X(path_create_directory, "iii", uint32_t, uint32_t, uint32_t)                                  \
    X(path_filestat_set_times, "iiiiIIi", uint32_t, uint32_t, uint32_t, uint32_t, uint64_t,        \
      uint64_t, uint32_t)                                                                          \
    X(path_link, "iiiiiii", uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)  \
    X(path_remove_directory, "iii", uint32_t, uint32_t, uint32_t)                                  \
    X(path_rename, "iiiiii", uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)           \
    X(path_symlink, "iiiii", uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)                     \
    X(path_unlink_file, "iii", uint32_t, uint32_t, uint32_t)

/* May be imported and called, and says that it is not there. */
#define WASI_ABSENT(X)                                                                             \
    X(fd_advise, "iIIi", uint32_t, uint64_t, uint64_t, uint32_t)                                   \
    X(fd_datasync, "i", uint32_t)                                                                  \
    X(fd_fdstat_set_rights, "iII", uint32_t, uint64_t, uint64_t)                                   \
    X(fd_renumber, "ii", uint32_t, uint32_t)                                                       \
    X(fd_sync, "i", uint32_t)                                                                      \
    X(path_readlink, "iiiiii", uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)         \
    X(poll_oneoff, "iiii", uint32_t, uint32_t, uint32_t, uint32_t)                                 \
    X(proc_raise, "i", uint32_t)                                                                   \
    X(sock_accept, "iii", uint32_t, uint32_t, uint32_t)                                            \
    X(sock_recv, "iiiiii", uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)             \
    X(sock_send, "iiiii", uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)                        \
    X(sock_shutdown, "ii", uint32_t, uint32_t)

#endif
