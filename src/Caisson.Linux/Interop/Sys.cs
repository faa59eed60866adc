namespace Caisson.Linux.Interop;

/// <summary>System call numbers of x86_64 (asm/unistd_64.h).</summary>
public static class Sys
{
    public const int Read = 0;
    public const int Write = 1;
    public const int Open = 2;
    public const int Close = 3;
    public const int RtSigaction = 13;
    public const int RtSigprocmask = 14;
    public const int Ioctl = 16;
    public const int Access = 21;
    public const int GetPid = 39;
    public const int Socket = 41;
    public const int SendTo = 44;
    public const int RecvFrom = 45;
    public const int Bind = 49;
    public const int Listen = 50;
    public const int SetSockOpt = 54;
    public const int Clone = 56;
    public const int Execve = 59;
    public const int Exit = 60;
    public const int Wait4 = 61;
    public const int Chdir = 80;
    public const int Umask = 95;
    public const int Ptrace = 101;
    public const int SetSid = 112;
    public const int SetGroups = 116;
    public const int SetResUid = 117;
    public const int SetResGid = 119;
    public const int CapSet = 126;
    public const int StatFs = 137;
    public const int SetPriority = 141;
    public const int PivotRoot = 155;
    public const int Prctl = 157;
    public const int SchedSetAffinity = 203;
    public const int OpenAt = 257;
    public const int Unshare = 272;
    public const int Dup3 = 292;
    public const int Prlimit = 302;
    public const int SyncFs = 306;
    public const int SetNs = 308;
    public const int MemfdCreate = 319;
    public const int PidfdSendSignal = 424;
    public const int OpenTree = 428;
    public const int MoveMount = 429;
    public const int FsOpen = 430;
    public const int FsConfig = 431;
    public const int FsMount = 432;
    public const int PidfdOpen = 434;
    public const int CloseRange = 436;
    public const int MountSetAttr = 442;
}
