using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Engine.Templates.Copies;

/// <summary>Archives that clients sent for COPY, by tenant and hash.</summary>
internal sealed class Uploads(TemplateOptions options, TimeProvider time)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Unfinished = ".new";

    private readonly string _directory = Path.Combine(options.Directory, "uploads");

    /// <summary>Makes the folder and removes what an earlier server did not finish.</summary>
    public void Open()
    {
        Directory.CreateDirectory(_directory, Private);
        foreach (var path in Directory.EnumerateFiles(_directory, $"*{Unfinished}"))
            File.Delete(path);
    }

    /// <summary>Whether the archive of that hash is here; one that is stays for a while.</summary>
    public bool Has(string tenant, string hash)
    {
        var path = PathOf(tenant, hash);
        if (!File.Exists(path))
            return false;
        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        return true;
    }

    /// <summary>The file of an archive; InvalidArgument where it was not sent.</summary>
    public string Get(string tenant, string hash) => Has(tenant, hash)
        ? PathOf(tenant, hash)
        : throw new CaissonException(ErrorCode.InvalidArgument, $"the files {hash[..Math.Min(12, hash.Length)]} were not uploaded, or were removed for want of room", "Upload them again.");

    /// <summary>Takes an archive in.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="hash">The hash that names it.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="verify">Whether the hash must be that of the bytes; some clients name an archive by what went into it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task PutAsync(string tenant, string hash, Stream content, bool verify, CancellationToken cancellation)
    {
        var target = PathOf(tenant, hash);
        var making = $"{target}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var file = new FileStream(making, FileMode.CreateNew, FileAccess.Write))
            {
                var buffer = new byte[128 << 10];
                long total = 0;
                for (int count; (count = await content.ReadAsync(buffer, cancellation)) > 0;)
                {
                    if ((total += count) > options.MostUpload)
                        throw new CaissonException(ErrorCode.ResourceExhausted, $"an upload is at most {options.MostUpload >> 20} MiB", "Leave files out of the context.");
                    digest.AppendData(buffer, 0, count);
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
                }
            }

            if (verify && Convert.ToHexStringLower(digest.GetHashAndReset()) != hash)
                throw new CaissonException(ErrorCode.InvalidArgument, "what was sent has another hash", "Name it by the SHA-256 of its bytes.");
            File.Move(making, target, overwrite: true);
            MakeRoom(target);
        }
        finally
        {
            File.Delete(making);
        }
    }

    private string PathOf(string tenant, string hash)
    {
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
            throw new CaissonException(ErrorCode.InvalidArgument, "files are named by a SHA-256 in lower-case hexadecimal");
        var owner = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenant)))[..32];
        return Path.Combine(_directory, $"{owner}-{hash}");
    }

    private void MakeRoom(string kept)
    {
        var files = new DirectoryInfo(_directory).EnumerateFiles().Where(file => !file.Name.EndsWith(Unfinished, StringComparison.Ordinal)).OrderBy(file => file.LastWriteTimeUtc).ToList();
        var total = files.Sum(file => file.Length);
        foreach (var file in files.Where(file => file.FullName != kept))
        {
            if (total <= options.MostUploads)
                return;
            total -= file.Length;
            file.Delete();
        }
    }
}
