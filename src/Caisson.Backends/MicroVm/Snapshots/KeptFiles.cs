using System.Security.Cryptography;
using System.Text.Json;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Walls.Disks;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>Kept machines on disk, so that the next server need not start them anew; what does not match its hashes is thrown away.</summary>
internal sealed class KeptFiles(string cache)
{
    private const string Memory = "memory";
    private const string State = "state";
    private const string Disk = "disk";
    private const string Record = "kept.json";

    // More than a server holds, and less than a disk: bounds that were asked for once must not stay for ever.
    private const int Most = 24;

    /// <summary>The kept machine of a key, or null when there is none or it is damaged; then it is removed.</summary>
    public KeptMachine? Load(string key, MachineShape shape)
    {
        var folder = Folder(key);
        if (!File.Exists($"{folder}/{Record}"))
            return null;
        SafeFileHandle? memory = null;
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllText($"{folder}/{Record}"), KeptRecordJson.Default.KeptRecord);
            var state = File.ReadAllBytes($"{folder}/{State}");
            memory = SealedMemory.Create((long)shape.MemoryMegabytes << 20);
            using (var file = File.OpenHandle($"{folder}/{Memory}"))
            {
                // What is used is what was judged: the copy, not the file.
                if (RandomAccess.GetLength(file) == (long)shape.MemoryMegabytes << 20)
                    SealedMemory.Copy(file, memory);
            }

            var disk = record?.Disk is null ? null : $"{folder}/{Disk}";
            if (record is not null && record.State == Hash(state) && record.Memory == DiskImage.Digest(PathOf(memory)) && (disk is null || record.Disk == DiskImage.Digest(disk)))
            {
                SealedMemory.Seal(memory);
                return new KeptMachine(shape, memory, state) { Disk = disk };
            }
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            // Damaged like one with another hash.
        }

        memory?.Dispose();
        Directory.Delete(folder, recursive: true);
        return null;
    }

    /// <summary>Says that one is in use, so that it stays longer than those that are not; false when it is gone.</summary>
    public bool Touch(string key)
    {
        try
        {
            File.SetLastWriteTimeUtc($"{Folder(key)}/{Record}", TimeProvider.System.GetUtcNow().UtcDateTime);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Writes a kept machine, whose disk moves; one for which there is no room stays in memory alone, and is null where it has a disk.</summary>
    public KeptMachine? Save(string key, KeptMachine machine)
    {
        var folder = Folder(key);
        var making = $"{folder}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(making, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using (var file = File.OpenHandle($"{making}/{Memory}", FileMode.CreateNew, FileAccess.ReadWrite))
                SealedMemory.Copy(machine.Memory, file);
            File.WriteAllBytes($"{making}/{State}", machine.State);
            if (machine.Disk is { } disk)
                File.Move(disk, $"{making}/{Disk}");
            var record = new KeptRecord(DiskImage.Digest(PathOf(machine.Memory)), Hash(machine.State), machine.Disk is null ? null : DiskImage.Digest($"{making}/{Disk}"));
            File.WriteAllText($"{making}/{Record}", JsonSerializer.Serialize(record, KeptRecordJson.Default.KeptRecord));
            Directory.Move(making, folder);
            Trim();
            return machine.Disk is null ? machine : machine with { Disk = $"{folder}/{Disk}" };
        }
        catch (IOException)
        {
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
            return machine.Disk is null ? machine : null;
        }
    }

    private void Trim()
    {
        var records = Directory.EnumerateDirectories(cache, "machine-*").Select(folder => $"{folder}/{Record}").Where(File.Exists);
        foreach (var record in records.OrderByDescending(File.GetLastWriteTimeUtc).Skip(Most).ToList())
            Directory.Delete(Path.GetDirectoryName(record)!, recursive: true);
    }

    private static string PathOf(SafeFileHandle memory) => $"/proc/self/fd/{memory.DangerousGetHandle()}";

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string Folder(string key) => Path.Combine(cache, $"machine-{key}");
}
