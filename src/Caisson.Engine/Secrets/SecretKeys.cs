using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Engine.State;

namespace Caisson.Engine.Secrets;

/// <summary>The keys that seal secrets, in a file that only the server's user can read: one a line, the last in use, others while a rotation is under way.</summary>
internal sealed class SecretKeys
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _file;
    private readonly DurableFiles _files;
    private readonly List<(string Id, byte[] Key)> _keys;

    private SecretKeys(string file, DurableFiles files, List<(string Id, byte[] Key)> keys) => (_file, _files, _keys) = (file, files, keys);

    /// <summary>The key in use.</summary>
    public string Current => _keys[^1].Id;

    /// <summary>Reads the file, making it with a first key if it is not there.</summary>
    public static SecretKeys Open(string file, DurableFiles files)
    {
        if (!File.Exists(file))
        {
            var made = new SecretKeys(file, files, [NewKey()]);
            made.Write();
            return made;
        }

        try
        {
            var keys = File.ReadAllLines(file).Where(line => line.Length > 0).Select(Parse).ToList();
            return keys.Count > 0 ? new SecretKeys(file, files, keys) : throw new FormatException("it is empty");
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CaissonException(ErrorCode.Internal, $"the key file {file} cannot be read: {(e is FormatException ? "it is damaged" : e.Message)}", "Restore it from a copy; without it no secret can be read.");
        }
    }

    /// <summary>Adds a key that is in use from now on.</summary>
    public void Add()
    {
        _keys.Add(NewKey());
        Write();
    }

    /// <summary>Forgets every key but the one in use.</summary>
    public void ForgetOld()
    {
        _keys.RemoveRange(0, _keys.Count - 1);
        Write();
    }

    /// <summary>Encrypts a value with the key in use, bound to whose it is.</summary>
    public byte[] Seal(string value, string owner)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var result = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = result.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_keys[^1].Key, TagBytes);
        cipher.Encrypt(nonce, plain, result.AsSpan(NonceBytes, plain.Length), result.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(owner));
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    /// <summary>Decrypts one.</summary>
    public string Unseal(string keyId, byte[] sealedValue, string owner)
    {
        try
        {
            using var cipher = new AesGcm(_keys.Find(key => key.Id == keyId).Key ?? throw new CryptographicException("its key is gone"), TagBytes);
            var plain = new byte[sealedValue.Length - NonceBytes - TagBytes];
            cipher.Decrypt(sealedValue.AsSpan(0, NonceBytes), sealedValue.AsSpan(NonceBytes, plain.Length), sealedValue.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (CryptographicException)
        {
            throw new CaissonException(ErrorCode.Internal, "a secret cannot be read with the keys of this server", "Restore the key file from a copy, or set the secret again.");
        }
    }

    private static (string Id, byte[] Key) NewKey() => (RandomNumberGenerator.GetHexString(8, lowercase: true), RandomNumberGenerator.GetBytes(KeyBytes));

    private static (string Id, byte[] Key) Parse(string line) => line.Split(' ') is [var id, var key] && Convert.FromBase64String(key) is { Length: KeyBytes } bytes
        ? (id, bytes)
        : throw new FormatException();

    // Never half a file under the right name, whatever ends meanwhile: a lost key is a lost secret.
    private void Write()
    {
        var making = _file + ".new";
        File.Delete(making);
        using (var file = new FileStream(making, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
            file.Write(Encoding.ASCII.GetBytes(string.Concat(_keys.Select(key => $"{key.Id} {Convert.ToBase64String(key.Key)}\n"))));

        _files.Move(making, _file);
    }
}
