Console.WriteLine("Marketplace");
