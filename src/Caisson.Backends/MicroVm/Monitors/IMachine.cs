namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A machine that was started.</summary>
internal interface IMachine : IAsyncDisposable
{
    /// <summary>Host pid of its monitor.</summary>
    int Pid { get; }

    /// <summary>Opens its line; one at a time. Where the guest must listen first, this waits for it.</summary>
    Task<Stream> OpenLineAsync(CancellationToken cancellation);

    /// <summary>Stops its processors.</summary>
    Task StopAsync(CancellationToken cancellation);

    /// <summary>Lets them go on.</summary>
    Task GoOnAsync(CancellationToken cancellation);

    /// <summary>Keeps the state of the devices of a machine that is stopped; its memory is in its file.</summary>
    Task<byte[]> KeepAsync(CancellationToken cancellation);

    /// <summary>Ends it and forgets it; for machines that no sandbox has.</summary>
    Task EndAsync();

    /// <summary>What the monitor said on standard error.</summary>
    string Messages();
}
