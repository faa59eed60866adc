using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Dialects.SweRex;

/// <summary>What sandboxes of this dialect get, whose clients cannot ask for anything.</summary>
public sealed record SweRexOptions
{
    /// <summary>Bounds of a sandbox whose template names none.</summary>
    public Resources Resources { get; init; } = new() { Cpus = 2, MemoryBytes = 2L << 30, Pids = 1024, DiskBytes = 4L << 30 };

    /// <summary>Where connections from inside may go.</summary>
    public EgressPolicy Egress { get; init; } = EgressPolicy.None;

    /// <summary>How long a sandbox lives after the last call.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The user of a template that names none; paths such as <c>/testbed</c> are expected to be writable.</summary>
    public string User { get; init; } = "root";

    /// <summary>How many sessions one sandbox may have.</summary>
    public int MaxSessions { get; init; } = 16;

    /// <summary>How much output of one session waits to be asked for, in characters; the oldest is dropped first.</summary>
    public int SessionOutput { get; init; } = 2 << 20;

    /// <summary>How much of each stream of one command is kept, in bytes.</summary>
    public int CommandOutput { get; init; } = 8 << 20;

    /// <summary>The largest file that is read as text, in bytes.</summary>
    public int ReadBytes { get; init; } = 16 << 20;

    /// <summary>The largest JSON body, in bytes.</summary>
    public int BodyBytes { get; init; } = 32 << 20;

    /// <summary>The largest upload, in bytes.</summary>
    public long UploadBytes { get; init; } = 1L << 30;

    /// <summary>What an uploaded archive may hold once it is unpacked, in bytes.</summary>
    public long UnpackedBytes { get; init; } = 4L << 30;

    /// <summary>How many files and directories an uploaded archive may hold.</summary>
    public int UnpackedEntries { get; init; } = 100_000;

    /// <summary>How many uploads are taken in at once; each lies on the host's disk meanwhile.</summary>
    public int Uploads { get; init; } = 8;
}
