using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Cli.Terminals;

/// <summary>The terminal of this process in raw mode; put back on disposal, on exit and on the signals that end a process.</summary>
internal sealed unsafe class RawTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int AfterOutput = 1;
    private readonly byte[] _before = new byte[Libc.TermiosSize];
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _restored;

    private RawTerminal()
    {
    }

    /// <summary>Whether a person sits at both ends.</summary>
    public static bool Present => Libc.IsTerminal(0) == 1 && Libc.IsTerminal(1) == 1;

    /// <summary>The terminal's size; 80 by 24 where it does not say.</summary>
    public static TerminalSize Size
    {
        get
        {
            var size = stackalloc ushort[4];
            return Libc.Control(1, Libc.GetWindowSize, size) == 0 && size[0] > 0 && size[1] > 0
                ? new TerminalSize(size[1], size[0])
                : new TerminalSize(80, 24);
        }
    }

    /// <summary>Switches to raw mode and calls <paramref name="resized"/> at every change of size.</summary>
    public static RawTerminal Enter(Action resized)
    {
        var terminal = new RawTerminal();
        fixed (byte* before = terminal._before)
        {
            if (Libc.GetAttributes(StandardInput, before) != 0)
                throw new CaissonException(ErrorCode.InvalidArgument, "Standard input is not a terminal.", "Use 'caisson exec' for programs without one.");
            AppDomain.CurrentDomain.ProcessExit += terminal.OnExit;
            foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT, PosixSignal.SIGINT])
                terminal._registrations.Add(PosixSignalRegistration.Create(signal, _ => terminal.Restore()));
            terminal._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized()));
            var raw = stackalloc byte[Libc.TermiosSize];
            terminal._before.AsSpan().CopyTo(new Span<byte>(raw, Libc.TermiosSize));
            Libc.MakeRaw(raw);
            _ = Libc.SetAttributes(StandardInput, AfterOutput, raw);
        }

        return terminal;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restore();
        foreach (var registration in _registrations)
            registration.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    private void OnExit(object? sender, EventArgs e) => Restore();

    private void Restore()
    {
        if (Interlocked.Exchange(ref _restored, 1) != 0)
            return;
        fixed (byte* before = _before)
            _ = Libc.SetAttributes(StandardInput, AfterOutput, before);
    }
}
