using Caisson.Cli.Terminals;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Cli.Run;

/// <summary>Copies our standard input to a process inside, on a thread of its own: a read of a terminal or pipe cannot be called off.</summary>
internal sealed class InputPump
{
    private const int Piece = 32 << 10;
    private volatile bool _abandoned;

    public static InputPump Start(IGuest guest, ProcessSelector process, bool closes, CancellationToken cancellation)
    {
        var pump = new InputPump();
        new Thread(() => pump.Run(guest, process, closes, cancellation)) { IsBackground = true, Name = "input" }.Start();
        return pump;
    }

    public void Abandon() => _abandoned = true;

    private void Run(IGuest guest, ProcessSelector process, bool closes, CancellationToken cancellation)
    {
        using var stream = Descriptors.Input();
        var buffer = new byte[Piece];
        try
        {
            int count;
            while (!_abandoned && (count = stream.Read(buffer)) > 0)
                guest.WriteInputAsync(process, buffer.AsMemory(0, count), cancellation).GetAwaiter().GetResult();
            if (closes && !_abandoned)
                guest.CloseInputAsync(process, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException or IOException)
        {
            // The process reads no more, or has ended.
        }
    }
}
