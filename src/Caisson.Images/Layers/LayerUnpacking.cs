using Caisson.Core.Failures;
using Caisson.Images.Archives;
using Caisson.Linux.Files;
using Caisson.Linux.Interop;

namespace Caisson.Images.Layers;

/// <summary>Lays the changes of one layer over a tree: what it adds, and what it takes away by whiteouts.</summary>
/// <remarks>Owners are kept as far as a sandbox has them; set-id bits, extended attributes, devices and pipes are not.</remarks>
internal sealed class LayerUnpacking(ContainedTree tree, UnpackBudget budget)
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private const uint Nobody = 65534;
    private const int SetIds = 0xC00;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Applies a layer; afterwards its content was what its address says, or this throws.</summary>
    public async Task ApplyAsync(FoundLayer layer, CancellationToken cancellation)
    {
        try
        {
            await using var plain = await Compression.OpenAsync(new FileStream(layer.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.SequentialScan), cancellation).ConfigureAwait(false);
            await using var metered = new MeteredStream(plain, budget.StreamBytes, "a layer", hashes: true);
            var tar = new TarStream(metered);
            while (await tar.NextAsync(cancellation).ConfigureAwait(false) is { } entry)
                await ApplyAsync(tar, entry, cancellation).ConfigureAwait(false);
            if (await metered.FinishAsync(cancellation).ConfigureAwait(false) is var found && found != layer.DiffId)
                throw ImageArchive.Corrupted(layer.DiffId, found);
        }
        catch (LinuxException e) when (e.Error is Errno.ENOSPC or Errno.EDQUOT)
        {
            throw new CaissonException(ErrorCode.ResourceExhausted, "the disk of the state directory is full", "Make room and import again.", FailureKind.Infrastructure, e);
        }
        catch (Exception e) when (e is InvalidDataException or LinuxException or EndOfStreamException or ZstdSharp.ZstdException)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"layer {layer.DiffId} cannot be unpacked: {e.Message}", "Build the image again with a common tool.", inner: e);
        }
    }

    private async ValueTask ApplyAsync(TarStream tar, TarEntry entry, CancellationToken cancellation)
    {
        budget.Take(entry.Size);
        var path = LayerPath.Read(entry.Name);
        if (path.Length == 0)
        {
            if (entry.Kind == TarEntryKind.Directory)
                tree.SetAttributes("", Owner(entry.User), Owner(entry.Group), entry.Mode & ~SetIds);
            return;
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.StartsWith(Whiteout, StringComparison.Ordinal))
        {
            TakeAway(path, name);
            return;
        }

        _written.Add(path);
        switch (entry.Kind)
        {
            case TarEntryKind.File:
                await WriteAsync(tar, entry, path, cancellation).ConfigureAwait(false);
                break;
            case TarEntryKind.Directory:
                tree.MakeDirectory(path);
                tree.SetAttributes(path, Owner(entry.User), Owner(entry.Group), entry.Mode & ~0x800);
                break;
            case TarEntryKind.Link:
                tree.MakeLink(path, entry.Target);
                tree.SetAttributes(path, Owner(entry.User), Owner(entry.Group), 0);
                break;
            case TarEntryKind.HardLink:
                if (LayerPath.Read(entry.Target) is var target && target != path)
                    tree.MakeHardLink(path, target);
                break;
            default:
                // A sandbox makes its own devices; what stood there before is gone all the same.
                tree.Remove(path);
                break;
        }
    }

    private async ValueTask WriteAsync(TarStream tar, TarEntry entry, string path, CancellationToken cancellation)
    {
        using var file = tree.CreateFile(path);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 << 10);
        try
        {
            long at = 0;
            for (int read; (read = await tar.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; at += read)
                RandomAccess.Write(file, buffer.AsSpan(0, read), at);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        ContainedTree.SetAttributes(file, Owner(entry.User), Owner(entry.Group), entry.Mode & ~SetIds, entry.ModifiedAt);
    }

    // Whiteouts speak of the layers below: what this layer has brought already stays.
    private void TakeAway(string path, string name)
    {
        var above = path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";
        if (name == Opaque)
        {
            tree.Empty(above, _written.Contains);
            return;
        }

        // The others that begin so are notes of an old file system to itself.
        if (name.StartsWith(".wh..wh.", StringComparison.Ordinal) || name.Length == Whiteout.Length)
            return;
        var hidden = name[Whiteout.Length..];
        if (hidden is "." or "..")
            throw new InvalidDataException("a whiteout of the layer hides no name");
        var target = above.Length == 0 ? hidden : $"{above}/{hidden}";
        if (!_written.Contains(target))
            tree.Remove(target);
    }

    private static uint Owner(long id) => id is >= 0 and <= Nobody ? (uint)id : Nobody;
}
