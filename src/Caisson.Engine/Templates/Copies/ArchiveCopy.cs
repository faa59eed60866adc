using System.Globalization;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Templates.Starting;

namespace Caisson.Engine.Templates.Copies;

/// <summary>Copies what a plan takes from an archive into a sandbox, through the guest: nothing is ever unpacked on the host.</summary>
internal sealed class ArchiveCopy(IGuest guest, string user, string? mode, TimeSpan limit)
{
    private const string Root = "root";
    private const int ScriptLength = 64 << 10;
    private const int UsualDirectory = 0x1ED;
    private const int MaskedBits = 0x12;

    private readonly StringBuilder _script = new();
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _placed = new(StringComparer.Ordinal);

    /// <summary>Copies; <paramref name="destination"/> is absolute.</summary>
    public async Task RunAsync(string archive, CopyPattern pattern, CopyPlan plan, string destination, ArchiveLimits limits, CancellationToken cancellation)
    {
        var into = destination.EndsWith('/') || plan.Matches > 1 || plan.IsDirectory || await IsDirectoryAsync(destination, cancellation);
        var target = destination.TrimEnd('/');
        if (into)
            await MakeAsync(target.Length == 0 ? "/" : target, cancellation);
        await using var reader = await HostileArchive.OpenAsync(File.OpenRead(archive), limits, cancellation);
        while (await reader.NextAsync(cancellation) is { } item)
        {
            if (pattern.Of(item.Path) is not { } meant)
                continue;
            var isItself = meant.Below.Length == 0;
            if (isItself && item.Kind == TarEntryKind.Directory)
                continue;
            var place = !isItself ? $"{target}/{meant.Below}" : into ? $"{target}/{item.Path[(item.Path.LastIndexOf('/') + 1)..]}" : target;
            await PlaceAsync(reader, item, place, cancellation);
        }

        await FlushAsync(cancellation);
    }

    private async Task PlaceAsync(HostileArchive reader, TarItem item, string place, CancellationToken cancellation)
    {
        switch (item.Kind)
        {
            case TarEntryKind.Directory:
                await MakeAsync(place, cancellation);
                if (ModeOf(item) != UsualDirectory)
                    await AddAsync($"chmod {Octal(ModeOf(item))} {Shell.Quote(place)}", cancellation);
                break;
            case TarEntryKind.File:
                await guest.Files.RemoveAsync(place, Root, cancellation);
                await using (var content = new EntryStream(reader))
                    _ = await guest.Files.WriteAsync(place, user, content, new WriteOptions(ModeOf(item)), cancellation);
                // The guest's umask takes the right to write from others.
                if ((ModeOf(item) & MaskedBits) != 0 || ModeOf(item) > 0x1FF)
                    await AddAsync($"chmod {Octal(ModeOf(item))} {Shell.Quote(place)}", cancellation);
                _placed[item.Path] = place;
                break;
            case TarEntryKind.SymbolicLink:
                await ParentAsync(place, cancellation);
                await AddAsync($"rm -rf {Shell.Quote(place)} && ln -s {Shell.Quote(item.Link)} {Shell.Quote(place)} && chown -h {Shell.Quote(user)} {Shell.Quote(place)}", cancellation);
                break;
            default:
                if (!_placed.TryGetValue(item.Link, out var first))
                    throw new CaissonException(ErrorCode.InvalidArgument, $"'{item.Path}' is a hard link to '{item.Link}', which is not copied before it", "Copy both, or make a file of it.");
                await ParentAsync(place, cancellation);
                await AddAsync($"ln -f {Shell.Quote(first)} {Shell.Quote(place)}", cancellation);
                _placed[item.Path] = place;
                break;
        }
    }

    private async Task MakeAsync(string path, CancellationToken cancellation)
    {
        if (!_made.Add(path))
            return;
        try
        {
            _ = await guest.Files.MakeDirectoryAsync(path, user, cancellation);
        }
        catch (CaissonException there) when (there.Code == ErrorCode.AlreadyExists)
        {
            // What is there keeps its owner.
        }
    }

    private Task ParentAsync(string path, CancellationToken cancellation) =>
        path.LastIndexOf('/') is > 0 and var slash ? MakeAsync(path[..slash], cancellation) : Task.CompletedTask;

    private async Task<bool> IsDirectoryAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return (await guest.Files.StatAsync(path, Root, cancellation)).Type == FileEntryType.Directory;
        }
        catch (CaissonException absent) when (absent.Code == ErrorCode.NotFound)
        {
            return false;
        }
    }

    private int ModeOf(TarItem item) => mode is null ? item.Mode : Convert.ToInt32(mode, 8);

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private async Task AddAsync(string command, CancellationToken cancellation)
    {
        _script.Append(command).Append(" || exit 1\n");
        if (_script.Length > ScriptLength)
            await FlushAsync(cancellation);
    }

    // Links and modes have no call of the guest's; as root inside, as the guest itself writes.
    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (_script.Length == 0)
            return;
        var script = _script.ToString();
        _script.Clear();
        var said = new StringBuilder();
        await using var run = await guest.StartAsync(
            new ExecRequest { Command = "/bin/sh", Arguments = ["-c", script], User = Root, WorkingDirectory = "/", Timeout = limit, OutputLimit = 4096, Journaled = false }, cancellation);
        await foreach (var happened in run.ReadAsync(cancellation))
        {
            if (happened is ExecOutputEvent output)
                said.Append(Encoding.UTF8.GetString(output.Data.Span));
            else if (happened is ExecExited { ExitCode: not 0 } exit)
                throw new CaissonException(ErrorCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"links and modes could not be set ({TemplateStart.Describe(exit)}): {said.ToString().Trim()}"));
        }
    }
}
